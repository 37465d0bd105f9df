// Part of the form beside the canvas (mirror.js): playing a run back, going on from a moment, a branch, other heads, early
// stopping. What it says are the interface's own sentences.
'use strict';

// Returns {actions, update(state), relabel()}: what its buttons do, by their names; relabel: all is said in another language.
function createTravelForm({ tr, byId, command, element, get, options, put, say }) {
  const speeds = [0.25, 0.5, 1, 2, 4, 8];
  const name = byId('branch-name'), value = byId('branch-value'), list = byId('heads-list');
  const button = (what) => byId('travel').parentElement.querySelector(`[data-do=${what}]`);
  let now = null, model = '', branchable = [];

  const offerSpeeds = () => options(byId('playback'), speeds.map((speed) => [speed, `${speed} × the usual speed`]));
  offerSpeeds();
  byId('playback').addEventListener('change', (event) => command('playback', { speed: Number(event.target.value) }));
  const playing = (direction) => (now.playback === direction ? 0 : direction);
  const play = (direction) => command('playback', { direction: ['backwards', 'stop', 'forwards'][playing(direction) + 1] });

  function offerSettings() {
    branchable = get('controls').filter((entry) => entry.branch && entry.active && entry.name !== 'speed');
    options(name, branchable.map((entry) => [entry.name, entry.label]));
    name.value = 'learning-rate';
    if (!name.value) name.selectedIndex = 0;
    offerValue();
  }
  const offerValue = () => { value.value = branchable.find((entry) => entry.name === name.value).value; };
  name.addEventListener('change', offerValue);
  byId('travel').addEventListener('toggle', () => { if (byId('travel').open) offerSettings(); });

  function branch() {
    const answer = command('branch', { settings: { [name.value]: value.value } });
    if (answer.type !== 'error') say(`Two runs from step ${answer.step} on.`);
  }

  // A choice for every head; `heads` is what the module can make of each.
  let heads = [];
  const changeText = ({ label }) => label || 'as trained';
  function offerHeads() {
    heads = get('heads');
    const blocks = new Set(heads.map((entry) => entry.block)).size;
    list.replaceChildren(...heads.map(({ block, head, changes }, i) => {
      const row = element('div', '', { class: 'mirror-row' }), id = `mirror-head-${i + 1}`, select = element('select', '', { id });
      options(select, changes.map((change, at) => [at, changeText(change)]));
      select.addEventListener('change', () => {
        const { change, with: other } = changes[Number(select.value)];
        command('what-if', { block, head, change, ...(other === undefined ? {} : { with: other }) });
      });
      row.append(element('label', blocks > 1 ? `Block ${block + 1}, head ${head + 1}` : `Head ${head + 1}`, { for: id }), select);
      return row;
    }));
  }

  const same = (a, b) => a.change === b.change && a.with === b.with;
  function updateHeads() {
    const key = JSON.stringify([now.settings.model, now.settings.heads, now.settings.blocks, now.settings.spans, now.settings.stride, now.settings.data]);
    if (key !== model) {
      model = key;
      offerHeads();
    }
    const edits = now.moment.edits || [];
    heads.forEach(({ changes }, i) => put(byId(`head-${i + 1}`), Math.max(0, changes.findIndex((change) => same(change, edits[i] || { change: 'none' })))));
    const words = tr(now.whatIf || '');
    if (byId('heads-words').textContent !== words) byId('heads-words').textContent = words;
  }

  function updateBranch() {
    byId('branched').hidden = !now.branch;
    if (!now.branch) return;
    const { step, difference, showingOther } = now.branch;
    const words = tr(`Two runs since step ${step}: ${difference}. On screen is ${showingOther ? 'the run before' : 'the branch'}.`);
    if (byId('branch-words').textContent !== words) byId('branch-words').textContent = words;
  }

  function update(state) {
    now = state;
    if (!now.moment) return;
    if (!branchable.length) offerSettings();  // a busy page tells late that a group was opened
    put(byId('playback'), now.moment.playbackSpeed);
    for (const [what, direction, words] of [['backwards', -1, 'Play backwards'], ['forwards', 1, 'Play']]) {
      const here = now.playback === direction;
      button(what).setAttribute('aria-pressed', here);
      button(what).textContent = tr(here ? 'Stop' : words);
    }
    updateBranch();
    updateHeads();
    const best = now.moment.best;
    byId('early').hidden = !best;
    if (!best) return;
    if (byId('early-words').textContent !== tr(best.sentence)) byId('early-words').textContent = tr(best.sentence);
    button('compare').setAttribute('aria-pressed', best.beside);
  }

  function relabel() {
    offerSpeeds();
    model = '';  // the heads are made anew
    if (!branchable.length) return;
    const typed = [name.value, value.value];
    offerSettings();
    [name.value, value.value] = typed;
  }

  return {
    update, relabel,
    actions: {
      backwards: () => play(-1),
      forwards: () => play(1),
      resume: () => command('resume'),
      branch,
      swap: () => command('branch', { move: 'swap' }),
      leave: () => { command('branch', { move: 'leave' }); name.focus(); },
      keep: () => { command('branch', { move: 'keep' }); name.focus(); },
      trained: () => command('what-if', { change: 'none' }),
      compare: () => command('early-stop', { move: now.moment.best.beside ? 'now' : 'compare' }),
      best: () => command('early-stop', { move: 'show' }),
      stop: () => { command('early-stop', { move: 'stop' }); byId('travel-title').focus(); },
    },
  };
}
