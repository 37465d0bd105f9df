// The bench page: asks one worker what this machine can do at most and what the parts of a step take, times whole steps per batch
// size and number of workers (web/session.js), and shows it as tables, text and JSON; the JSON has the form of `ladder bench
// --json`. The address may set the form's fields, and start=true starts at once: bench.html?batch=64&workers=1,2&seconds=1&start=true.
//
// window.bench, for tests and the curious: report() and text() of what is measured so far.
'use strict';

(() => {
  const base = document.currentScript.src;
  const form = document.getElementById('options'), status = document.getElementById('status'), results = document.getElementById('results');
  const measureButton = document.getElementById('measure'), stopButton = document.getElementById('stop'), save = document.getElementById('save');
  const cores = navigator.hardwareConcurrency || 2;
  const limits = { batch: [1, 8192], workers: [1, 64], seconds: [0.05, 60] };
  let report = null, stopping = null;

  const fields = form.elements;
  fields.workers.value = cores > 1 ? `1, ${cores}` : '1';
  const address = new URLSearchParams(location.search);
  for (const name of ['model', 'batch', 'workers', 'seconds']) if (address.has(name)) fields[name].value = address.get(name);
  if (!fields.model.value) fields.model.value = 'minimal';

  function say(sentence, failed = false) {
    status.textContent = sentence;
    status.classList.toggle('failed', failed);
  }

  // Numbers of a field, with commas between them. Error: a sentence.
  function numbers(name, whole) {
    const [least, most] = limits[name], all = fields[name].value.split(',').filter((part) => part.trim()).map(Number);
    if (!all.length || all.some((x) => !(x >= least && x <= most) || (whole && !Number.isInteger(x))))
      throw new Error(`${fields[name].parentNode.textContent.trim()}: '${fields[name].value}' cannot be used. It takes ${whole ? 'whole ' : ''}numbers from ${least} to ${most}${whole ? ', with commas between them' : ''}.`);
    return [...new Set(all)];
  }

  function timing(seconds) {
    const sorted = [...seconds].sort((a, b) => a - b), half = sorted.length >> 1;
    return { median_seconds: sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2, least_seconds: sorted[0] };
  }

  async function measure() {
    const batches = numbers('batch', true), counts = numbers('workers', true), [seconds] = numbers('seconds', false);
    const models = fields.model.value === 'both' ? ['minimal', 'full'] : [fields.model.value];
    const { signal } = (stopping = new AbortController());
    report = { browser: navigator.userAgent, cores, date: new Date().toISOString(), steps: [], phases: [], dense: [] };
    const ask = async (question) => (await askWorker(base, [question], signal))[0];

    say('What one core can do at most ..');
    Object.assign(report, await ask({ what: 'peak', seconds: seconds / 4 }));
    show();
    const peak = report.peak.multiply_adds;
    for (const model of models)
      for (const batch of batches) {
        const plan = await ask({ what: 'plan', model, batch });
        for (const workers of counts.filter((count) => count <= plan.most_workers)) {
          say(`${model[0].toUpperCase() + model.slice(1)} model, batch ${batch}: ${workers === 1 ? 'one worker' : `${workers} workers`} ..`);
          const settings = { ...plan.settings, workers, speed: 0, steps: 10000000, 'evaluate-every': 100000 };
          const run = await measureWorkers(base, { settings, workers, firstSteps: 1, warmSeconds: seconds / 3, timedSeconds: seconds, leastIntervals: 3 }, signal);
          const t = timing(run.seconds), rate = plan.needed_multiply_adds / t.median_seconds;
          report.steps.push({ model, batch, workers, ...t, sequences_per_second: batch / t.median_seconds, gflops: 2e-9 * rate, share_of_peak: rate / (peak * workers) });
          show();
        }
        say(`${model[0].toUpperCase() + model.slice(1)} model, batch ${batch}: the parts of a step ..`);
        report.phases.push({ model, ...(await ask({ what: 'phases', model, batch, seconds: seconds / 8 })) });
        show();
      }
    say('Dense products ..');
    report.dense = (await askWorker(base, [{ what: 'dense', seconds: seconds / 4, peak }], signal))[0];
    show();
    say('Measured.');
  }

  const ms = (seconds) => `${(seconds * 1e3).toPrecision(seconds < 1 ? 3 : 4)}`;
  const percent = (share) => `${(100 * share).toFixed(0)} %`;
  const phase = (name) => (p) => ms(p[name].median_seconds);

  // What is shown and copied: [{title, note, columns: [[head, cell, is it words?]], rows}].
  function tables() {
    if (!report || !report.peak) return [];
    const { multiply_adds, look_ups, scatter_adds } = report.peak;
    const model = ['model', (r) => r.model, true], batch = ['batch', (r) => String(r.batch)];
    return [
      {
        title: 'A training step', rows: report.steps,
        note: `Vectors of ${report.instruction_set}. One core at most: ${(multiply_adds * 1e-9).toPrecision(3)} G multiply-adds, ${(look_ups * 1e-9).toPrecision(3)} G look-ups, ${(scatter_adds * 1e-9).toPrecision(3)} G scatter-adds a second. GFLOP/s counts only what no implementation can save.`,
        columns: [model, batch, ['workers', (r) => String(r.workers)], ['ms a step', (r) => ms(r.median_seconds)], ['least ms', (r) => ms(r.least_seconds)],
          ['sequences/s', (r) => r.sequences_per_second.toFixed(0)], ['GFLOP/s', (r) => r.gflops.toPrecision(3)], ['of the peak', (r) => percent(r.share_of_peak)]],
      },
      {
        title: 'Its parts on one worker, ms', rows: report.phases, note: 'The evaluation measures 1000 held-out sequences; it is no part of a step.',
        columns: [model, batch, ...['sampling', 'tables', 'gradient', 'optimizer', 'evaluation'].map((name) => [name, phase(name)]), ['sampling of the rest', (p) => percent(p.sampling_share_of_training)]],
      },
      {
        title: 'Dense products of the full model, one core', rows: report.dense,
        columns: [['product', (d) => d.product, true], ['GFLOP/s', (d) => d.gflops.toPrecision(3)], ['of the peak', (d) => percent(d.share_of_peak)]],
      },
    ].filter((table) => table.rows.length);
  }

  function element(name, text = '', className = '') {
    const e = document.createElement(name);
    e.textContent = text;
    if (className) e.className = className;
    return e;
  }

  function drawTable({ title, note, columns, rows }) {
    const table = element('table'), head = table.createTHead().insertRow(), body = table.createTBody();
    for (const [name, , words] of columns) {
      const cell = element('th', name, words ? 'words' : '');
      cell.scope = 'col';
      head.append(cell);
    }
    for (const row of rows) {
      const line = body.insertRow();
      for (const [, text, words] of columns) line.append(element('td', text(row), words ? 'words' : ''));
    }
    const frame = element('div', '', 'scroll');
    frame.append(table);
    return [element('h2', title), frame, ...(note ? [element('p', note, 'note')] : [])];
  }

  function show() {
    results.replaceChildren(...tables().flatMap(drawTable));
    save.hidden = !report.steps.length;
  }

  function text() {
    const lines = [`Attention Ladder, ${report.date.slice(0, 10)}, ${report.cores} cores, ${report.browser}`];
    for (const { title, note, columns, rows } of tables()) {
      const cells = [columns.map(([name]) => name), ...rows.map((row) => columns.map(([, value]) => value(row)))];
      const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i].length)));
      lines.push('', title, ...cells.map((line) => line.map((cell, i) => (columns[i][2] ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ').trimEnd()));
      if (note) lines.push(note);
    }
    return lines.join('\n') + '\n';
  }

  async function run() {
    measureButton.disabled = true;
    stopButton.disabled = false;
    try {
      if (typeof WebAssembly !== 'object' || typeof Worker !== 'function' || typeof DecompressionStream !== 'function')
        throw new Error('This browser cannot run the program that trains the model: it lacks WebAssembly, web workers or DecompressionStream. Use one from 2023 or later.');
      await measure();
    } catch (error) {
      say(error.message, !(stopping && stopping.signal.aborted));
    }
    measureButton.disabled = false;
    stopButton.disabled = true;
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    run();
  });
  stopButton.addEventListener('click', () => stopping && stopping.abort());
  document.getElementById('copy').addEventListener('click', () => {
    const byHand = () => window.prompt('Copy this:', text());
    if (navigator.clipboard && navigator.clipboard.writeText) navigator.clipboard.writeText(text()).then(() => say('Copied.'), byHand);
    else byHand();
  });
  document.getElementById('download').addEventListener('click', () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([JSON.stringify(report, null, 2) + '\n'], { type: 'application/json' }));
    link.download = 'attention-ladder-speed.json';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
  window.bench = { report: () => report, text: () => (report ? text() : '') };
  if (address.get('start') === 'true') run();
})();
