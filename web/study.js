// Part of the form beside the canvas (mirror.js): the paper's figures with claim and verdict, the differential equations,
// a sweep of some settings. What it says are the interface's own sentences.
'use strict';

// Returns {actions, update(state), relabel()}: what its buttons do, by their names; relabel: all is said in another language.
function createStudyForm({ tr, ask, byId, command, element, get, options, put, save }) {
  const axes = 3;
  const button = (what) => byId('paper').parentElement.querySelector(`[data-do=${what}]`);
  const write = (id, text) => { if (byId(id).textContent !== tr(text)) byId(id).textContent = tr(text); };
  const whenOpened = (id, act) => byId(id).addEventListener('toggle', () => { if (byId(id).open) act(); });
  let now = null, figures = [], judged = '', flowed = '', swept = '';

  // The figures.
  const chosen = () => figures.find((figure) => figure.name === byId('figure').value);
  function readFigures() {
    figures = get('figures');
    if (!byId('figure').options.length) {
      offerFigures();
      if (now && figures.some((figure) => figure.name === now.figure)) byId('figure').value = now.figure;
    }
    showFigure();
  }
  const offerFigures = () => options(byId('figure'), figures.map(({ name, heading, title }) => [name, `${heading}: ${title}`]));
  function showFigure() {
    const { claim, change, duration, verdict, seeds } = chosen();
    write('claim', [`The paper: ${claim}`, change && `Changed here, so that it fits a page: ${change}`, duration].filter(Boolean).join(' '));
    byId('figure-many').hidden = !seeds;
    const many = verdict && (verdict.seeds > 1 ? `seeds ${verdict.seed} to ${verdict.seed + verdict.seeds - 1}` : `seed ${verdict.seed}`);
    write('verdict', verdict ? `${verdict.holds ? 'As in the paper' : 'Not as in the paper'}, ${many}. ${verdict.sentence}` : '');
  }
  byId('figure').addEventListener('change', () => {
    command('figure', { move: 'choose', name: byId('figure').value });
    showFigure();
  });
  byId('figure-seeds').value = '3';
  whenOpened('paper', readFigures);
  function runFigure() {
    const { name, seeds } = chosen();
    command('figure', now.figureRun ? { move: 'stop' } : { move: 'run', name, ...(seeds ? { seeds: Number(byId('figure-seeds').value) } : {}) });
    readFigures();
  }
  function updateFigures() {
    if (!byId('paper').open) return;
    const run = now.figureRun;
    button('figure').textContent = tr(run ? 'Stop the figure' : 'Run the figure');
    const key = JSON.stringify([now.figures, run && run.figure]);
    if (key !== judged) {
      judged = key;
      readFigures();
    }
    if (run && run.figure === byId('figure').value) write('verdict', `Run ${run.index + 1} of ${run.runs} is being made.`);
  }

  // The equations: fields from the module's table, made once; what was typed stays until it is sent.
  const flowField = (name) => byId(`flow-${name}`);
  function readFlow() {
    const list = get('theory');
    if (!byId('flow').children.length)
      byId('flow').replaceChildren(...list.map((entry) => {
        const id = `mirror-flow-${entry.name}`, row = element('div', '', { class: 'mirror-row' });
        const choices = entry.choices || (entry.kind === 'switch' ? ['false', 'true'] : null);
        const field = choices ? element('select', '', { id }) : element('input', '', { id, type: 'text', autocomplete: 'off' });
        if (choices) options(field, choices.map((choice) => [choice, entry.choices ? choice : choice === 'true' ? 'yes' : 'no']));
        field.setAttribute('aria-describedby', `${id}-help`);
        row.append(element('label', entry.label, { for: id }), field, element('small', `${entry.help}${choices ? '' : ` Range: ${entry.range}.`}`, { id: `${id}-help` }));
        return row;
      }));
    for (const entry of list) {
      const field = flowField(entry.name);
      if (!('value' in field.dataset) || field.value === field.dataset.value) field.value = field.dataset.value = entry.value;
    }
    flowed = JSON.stringify(Object.fromEntries(list.map(({ name, value }) => [name, value])));
  }
  whenOpened('theory', readFlow);
  byId('flow-view').addEventListener('change', (event) => command('theory', { view: event.target.value }));
  function solve() {
    const typed = [...byId('flow').querySelectorAll('input, select')].filter((field) => field.value !== field.dataset.value);
    const answer = ask('theory', { settings: Object.fromEntries(typed.map((field) => [field.id.slice('mirror-flow-'.length), field.value])) });
    write('flow-problem', answer.type === 'error' ? answer.message : '');
    if (answer.type !== 'error') for (const field of typed) field.dataset.value = field.value;
  }
  function updateFlow() {
    put(byId('flow-view'), now.theory.view);
    if (!byId('theory').open) return;
    if (JSON.stringify(now.theory.settings) !== flowed) readFlow();
    const stages = now.theory.stages.map(({ pattern, time }) => `Pattern ${pattern} at time ${Number(time.toPrecision(3))}.`);
    write('flow-words', now.workspace !== 'theory' ? '' : now.theory.solved ? [...stages, now.theory.sentence, now.theory.comparison].filter(Boolean).join(' ') : 'Solving ..');
  }

  // A sweep.
  const row = (i) => [byId(`sweep-name-${i}`), byId(`sweep-values-${i}`)];
  function buildSweep() {
    if (byId('sweep-axes').children.length) return;
    const settings = get('controls').filter(({ name, viewer }) => !viewer && !['seed', 'learned'].includes(name)), { vary, seeds } = get('sweep'), given = Object.entries(vary);
    for (let i = 1; i <= axes; ++i) {
      const line = element('div', '', { class: 'mirror-row' });
      const names = element('select', '', { id: `mirror-sweep-name-${i}`, 'aria-label': tr(`Setting ${i}`) }), values = element('input', '', { id: `mirror-sweep-values-${i}`, 'aria-label': tr(`Values of setting ${i}`), autocomplete: 'off' });
      options(names, [['', 'none'], ...settings.map(({ name, label }) => [name, label])]);
      [names.value, values.value] = given[i - 1] || ['', ''];
      names.addEventListener('change', () => { values.value = names.value ? settings.find(({ name }) => name === names.value).value : ''; });
      line.append(names, values);
      byId('sweep-axes').append(line);
    }
    byId('sweep-seeds').value = seeds;
  }
  whenOpened('sweep', buildSweep);
  const going = () => Boolean(now.sweep && now.sweep.finished < now.sweep.runs);
  function runSweep() {
    if (going()) {
      command('sweep', { move: 'stop' });
      return;
    }
    const vary = {};
    for (let i = 1; i <= axes; ++i) {
      const [names, values] = row(i);
      if (names.value) vary[names.value] = values.value;
    }
    const answer = ask('sweep', { move: 'run', vary, seeds: byId('sweep-seeds').value || ' ' });
    write('sweep-problem', answer.type === 'error' ? answer.message : '');
  }
  function updateSweep() {
    button('sweep').textContent = tr(going() ? 'Stop the sweep' : 'Run the sweep');
    button('table').hidden = !now.sweep;
    const key = JSON.stringify(now.sweep);
    if (key === swept || !byId('sweep').open) return;
    swept = key;
    write('sweep-words', now.sweep ? `${now.sweep.finished} of ${now.sweep.runs} runs done${now.sweep.failed ? `, ${now.sweep.failed} failed` : ''}.` : '');
    const runs = now.sweep ? get('sweep').runs : [];
    byId('sweep-runs').replaceChildren(...runs.filter(({ sentence }) => sentence).map(({ label, sentence }) => element('li', `${label}: ${sentence}`)));
  }

  function relabel() {
    if (!figures.length) return;
    offerFigures();
    showFigure();
    const typed = [...byId('flow').querySelectorAll('input, select'), ...byId('sweep-axes').querySelectorAll('input, select'), byId('sweep-seeds')].map((field) => [field.id, field.value]);
    byId('flow').replaceChildren();
    byId('sweep-axes').replaceChildren();
    readFlow();
    buildSweep();
    for (const [id, value] of typed) document.getElementById(id).value = value;
    swept = '';
  }

  return {
    relabel,
    update(state) {
      now = state;
      if (!figures.length && now.moment) {  // before a group is opened: a busy page tells late of that
        readFigures();
        readFlow();
        buildSweep();
      }
      updateFigures();
      updateFlow();
      updateSweep();
    },
    actions: { figure: runFigure, flow: solve, sweep: runSweep, table: () => save('attention-ladder-sweep.csv', get('sweep').table) },
  };
}
