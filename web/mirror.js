// The canvas in words and as a form, for readers who do not see it or use only a keyboard: what the run shows, what
// changes, every main control. Commands go through the same door as those of a host page (docs/embedding.md); where the
// focus is inside, the form stands beside the picture.
'use strict';

// ask(type, fields): a command's answer. state(): the interface's state. askText(), openFile(), planEmbed(): open dialogs.
// save(name, content), savePicture(name, area): to the reader's disk; the latter resolves to whether there was a picture. language: web/language.js.
// Returns {update(), show(), relabel()}: update tells what changed since the last call; relabel: all is said in another language.
function createMirror({ ask, state, language, status, askText, openFile, planEmbed, save, savePicture }) {
  const byId = (id) => document.getElementById(`mirror-${id}`);
  const root = document.getElementById('mirror'), summary = byId('summary'), news = byId('news'), words = byId('words');
  const speeds = [1, 2, 5, 10, 20, 30, 50, 100, 200, 500, 1000, 0], sizes = [75, 90, 100, 115, 130, 150, 200], themes = ['system', 'light', 'dark'];
  const most = 6;  // messages kept in the log
  let now = state(), told = '', toldLesson = '', toldProblems = [], built = '', touched = false;

  const { tr } = language;
  const element = (name, text, attributes = {}) => {
    const node = document.createElement(name);
    if (text) node.textContent = tr(text);
    for (const key in attributes) node.setAttribute(key, attributes[key]);
    return node;
  };
  // What was chosen stays, where it is among the new ones.
  const options = (select, list) => {
    const chosen = select.value;
    select.replaceChildren(...list.map(([value, text]) => element('option', text, { value })));
    if (list.some(([value]) => String(value) === chosen)) select.value = chosen;
  };
  // A field that the reader is in keeps what was typed.
  const put = (field, value) => { if (document.activeElement !== field && field.value !== String(value)) field.value = value; };
  // Of fields that wait for a button: what was chosen stays until the run itself has another value.
  const follow = (field, value) => { if (field.dataset.followed !== String(value)) { put(field, value); field.dataset.followed = value; } };
  // A value that is not among the choices becomes one.
  const offer = (select, value, text) => { if (![...select.options].some((option) => option.value === String(value))) select.append(element('option', text(value), { value })); };
  const paceText = (speed) => (speed ? `${speed} steps a second` : 'as fast as it goes'), sizeText = (size) => `${size} %`;
  const paragraphs = (parent, english) => {
    const list = english.map(tr);
    if ([...parent.children].map((p) => p.textContent).join('\n') !== list.join('\n')) parent.replaceChildren(...list.map((text) => element(parent === summary ? 'li' : 'p', text)));
  };

  function say(text) {
    if (!text) return;
    news.append(element('p', text));
    while (news.children.length > most) news.firstChild.remove();
  }

  function command(type, fields = {}) {
    const answer = ask(type, fields);
    if (answer.type === 'error') say(answer.message);
    update();
    return answer;
  }

  const ended = () => ['finished', 'diverged', 'failed'].includes(now.state);
  const actions = {
    run: () => command(now.state === 'running' ? 'pause' : 'play'),
    step: () => command('step'),
    reset: () => command('reset'),
    seed: () => command('reset', { seed: (now.seed + 1) % 2 ** 53 }),
    newest: () => command('seek', { step: 'newest' }),
    text: askText,
    file: openFile,
    picture: () => document.getElementById('canvas').focus(),
    plan: planEmbed,
    save: saveFile,
    start: () => command('set', { preset: byId('preset').value, settings: { seed: byId('seed').value } }),
    settings: applySettings,
    open: () => turn('open', { name: byId('lesson').value }),
    bet: placeBet,
    next: () => turn('next'),
    back: () => turn('back'),
    close: () => { command('lesson', { move: 'close' }); byId('lesson').focus(); },
  };
  // The words of another step are read from their heading on.
  function turn(move, fields = {}) {
    const answer = command('lesson', { move, ...fields });
    if (answer.type !== 'error') setTimeout(() => { update(); (now.lesson ? byId('step') : byId('lesson')).focus(); }, 120);
  }
  // What is saved of the run: its ending, and the format of the command that gives it.
  async function saveFile() {
    const [format, ending, panel] = byId('format').value.split(' '), name = `attention-ladder-${panel || now.preset}-seed-${now.seed}${ending}`;
    const answer = command('export', panel ? { format, panel } : { format });
    if (answer.type === 'error') return;
    if (format === 'png') {
      if (!await savePicture(name, answer.area)) return;
    } else save(name, answer.url ? await (await fetch(answer.url)).blob() : answer.text);
    say(`Saved as ${name}.`);
  }
  function placeBet() {
    const chosen = byId('bet').querySelector('input:checked');
    if (chosen) turn('bet', { choice: Number(chosen.value) });
    else say('Choose one of the answers first.');
  }
  const get = (what) => ask('get', { what }).value;
  const tools = { tr, ask, byId, command, element, get, options, put, say, save };
  const parts = [createTravelForm(tools), createStudyForm(tools)];
  Object.assign(actions, ...parts.map((part) => part.actions));
  // No form is submitted: a sandboxed frame may not. What a button does depends on the state as it is now.
  for (const button of root.querySelectorAll('[data-do]')) button.addEventListener('click', () => {
    now = state();
    for (const part of parts) part.update(now);
    actions[button.dataset.do]();
  });

  const on = (field, act) => field.addEventListener('change', () => act(field.value));
  byId('moment').addEventListener('input', (event) => command('seek', { step: Number(event.target.value) }));
  on(byId('speed'), (value) => command('set', { settings: { speed: Number(value) } }));
  on(byId('workspace'), (workspace) => command('show', { workspace }));
  on(byId('theme'), (theme) => command('set', { theme }));
  on(byId('text'), (value) => command('set', { textSize: Number(value) }));
  function offerAll() {
    options(byId('preset'), get('presets').map(({ name, title }) => [name, title]));
    options(byId('lesson'), get('lessons').map(({ name, title, summary: about }) => [name, `${title}: ${about}`]));
    options(byId('text'), sizes.map((size) => [size, sizeText(size)]));
    options(byId('speed'), speeds.map((speed) => [speed, paceText(speed)]));
  }
  offerAll();
  on(byId('language'), (code) => language.choose(code));

  // The settings, from the module's table.
  const form = byId('settings-form'), fields = form.firstElementChild, problem = form.querySelector('.mirror-problem');
  const rangeText = ({ range, unit }) => (unit ? `Range: ${range}, ${unit}.` : `Range: ${range}.`);
  function control(entry) {
    const id = `mirror-of-${entry.name}`, row = element('div', '', { class: 'mirror-row' }), help = `${id}-help`;
    let field;
    if (entry.kind === 'choice' || entry.kind === 'switch') {
      field = element('select', '', { id });
      const list = entry.choices || ['false', 'true'];
      options(field, list.map((choice) => [choice, entry.choices ? choice : choice === 'true' ? 'yes' : 'no']));
    } else {
      field = element('input', '', { id, type: 'text', inputmode: entry.kind === 'integer' || entry.kind === 'number' ? 'decimal' : 'text', autocomplete: 'off' });
    }
    field.value = entry.value;
    field.dataset.name = entry.name;
    field.dataset.value = entry.value;
    field.setAttribute('aria-describedby', help);
    row.append(element('label', entry.label, { for: id }), field, element('small', entry.choices || entry.kind === 'switch' ? entry.help : `${entry.help} ${rangeText(entry)}`, { id: help }));
    return row;
  }
  const entries = () => get('controls').filter((entry) => entry.name !== 'speed' && entry.kind !== 'text');
  // Made once; later the values alone are new, so that who is in a field stays in it.
  function buildSettings() {
    const groups = new Map();
    for (const entry of entries()) {
      groups.set(entry.group, [...(groups.get(entry.group) || []), entry]);
      const field = document.getElementById(`mirror-of-${entry.name}`);
      if (field) field.value = field.dataset.value = entry.value;
    }
    if (!fields.children.length) fields.replaceChildren(...[...groups].map(([name, entries]) => {
      const set = element('fieldset');
      set.append(element('legend', name), ...entries.map(control));
      return set;
    }));
    built = JSON.stringify(now.settings);
    touched = false;
  }
  byId('settings').addEventListener('toggle', () => { if (byId('settings').open) buildSettings(); });
  form.addEventListener('input', () => { touched = true; });
  function applySettings() {
    const settings = {};
    for (const field of form.querySelectorAll('[data-name]')) if (field.value !== field.dataset.value) settings[field.dataset.name] = field.value;
    problem.textContent = '';
    if (!Object.keys(settings).length) return;
    const answer = ask('set', { settings });
    if (answer.type === 'error') problem.textContent = tr(answer.message);
    else {
      const begun = entries().some((entry) => entry.name in settings && (entry.restart || (entry.name === 'steps' && now.settings.schedule === 'cosine')));
      update();
      buildSettings();
      say(begun ? 'A new run with these settings.' : 'The run goes on with these settings.');
    }
  }

  function showLesson(lesson) {
    byId('open').hidden = !lesson;
    if (!lesson) { toldLesson = ''; return; }
    const heading = tr(`${lesson.title}, step ${lesson.step} of ${lesson.steps}: ${lesson.stepTitle}`);
    if (byId('step').textContent !== heading) byId('step').textContent = heading;
    paragraphs(words, [...lesson.text, ...[lesson.waiting, lesson.told].filter(Boolean)]);
    const choices = ((lesson.choices && lesson.choice < 0 && lesson.choices) || []).map(tr), bet = byId('bet'), list = bet.querySelector('div');
    bet.hidden = choices.length === 0;
    if ([...list.children].map((label) => label.textContent).join('\n') !== choices.join('\n'))
      list.replaceChildren(...choices.map((text, i) => {
        const label = element('label');
        label.append(element('input', '', { type: 'radio', name: 'bet', value: i }), text);
        return label;
      }));
    const key = `${heading}|${lesson.told || ''}`;
    if (toldLesson && key !== toldLesson) say(lesson.told || (document.activeElement === byId('step') ? '' : heading));
    toldLesson = key;
  }

  // What the live regions say: the rung, the phase and the stage when one of them changes, not every step.
  function announce() {
    const key = [now.rung, now.phase, now.stage, now.preset, now.seed, ended() && now.state].join();
    if (key !== told) {
      told = key;
      const end = now.state === 'finished' ? `The run has ended at step ${now.step}.` : ended() ? now.message : '';
      const text = now.sentence ? [now.sentence, now.phaseSentence, now.stageSentence, end].filter(Boolean).map(tr).join(' ') : tr('Measuring the untrained model.');
      if (status.textContent !== text) status.textContent = text;
    }
    for (const text of now.problems) if (!toldProblems.includes(text)) say(text);
    toldProblems = now.problems;
  }

  function update() {
    now = state();
    document.documentElement.dataset.theme = now.dark ? 'dark' : 'light';
    document.documentElement.style.setProperty('--size', now.textSize / 100);
    announce();
    const last = now.lastStep ?? now.step;  // of the run on screen, which need not be the one in training
    const moment = now.live === false || last !== now.step ? `The moment shown is step ${now.shownStep}; the run is at step ${now.step}, ${now.state}.` : `Step ${now.step}, ${now.state}. Seed ${now.seed}.`;
    paragraphs(summary, [moment, now.sentence, now.gapSentence, now.stageSentence, now.phaseSentence, ...(now.heads || [])].filter(Boolean));
    root.querySelector('[data-do=run]').textContent = tr(now.state === 'running' ? 'Pause' : ended() ? 'Run again' : 'Run');
    for (const part of root.querySelectorAll('[data-control]')) part.hidden = now.hidden.includes(part.dataset.control);
    const slider = byId('moment');
    slider.max = last;
    // Under the reader's hand it stays where it was put, between two moments too; at now it goes with the run.
    if (now.live === false) put(slider, now.shownStep);
    else slider.value = last;
    slider.setAttribute('aria-valuetext', tr(`step ${now.shownStep || 0} of ${last}`));
    const { speed } = now;
    offer(byId('speed'), speed, paceText);
    put(byId('speed'), speed);
    follow(byId('preset'), now.preset);
    follow(byId('seed'), now.seed);
    put(byId('workspace'), now.workspace);
    put(byId('theme'), themes[now.theme]);
    offer(byId('text'), now.textSize, sizeText);
    put(byId('text'), now.textSize);
    put(byId('language'), now.language);
    if (byId('settings').open && !touched && !form.contains(document.activeElement) && JSON.stringify(now.settings) !== built) buildSettings();
    showLesson(now.lesson);
    for (const part of parts) part.update(now);
  }

  function relabel() {
    told = toldLesson = '';
    offerAll();
    fields.replaceChildren();
    if (byId('settings').open) buildSettings();
    for (const part of parts) part.relabel();
    update();
  }

  root.querySelector('[data-do=plan]').hidden = ask('export', { format: 'link' }).type === 'error';  // a page from a disk has no link to put in another
  root.hidden = false;
  update();
  return { update, relabel, show: () => root.parentElement.focus({ preventScroll: true }) };
}
