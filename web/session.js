// Times our training workers, in a browser or under Node: whole steps through the protocol that the page speaks
// (src/run/worker_protocol.h), first steps one by one for their losses, then as fast as they go; and parts of a step in one
// worker by itself (src/run/benchmark.h). No interface, no drawing. For the bench page and scripts/bench-peers.
'use strict';

(() => {
  const kinds = { start: 0, play: 1, step: 3 };
  const reports = { snapshot: 0, status: 1 };
  const commandMagic = 0x4443574c, epoch = 1;
  const header = 9 + 8;  // of a report, then of what it holds
  const failed = 5;      // RunnerStatus::State

  function command(kind, { rank = 0, peers = 1, settings } = {}) {
    const json = kind === 'start' ? new TextEncoder().encode(JSON.stringify(settings)) : null;
    const view = new DataView(new ArrayBuffer(17 + (json ? 14 + json.length : 0)));
    view.setUint32(0, commandMagic, true);
    view.setUint8(4, kinds[kind]);
    view.setUint32(5, epoch, true);
    view.setFloat64(9, 0, true);
    if (json) {
      view.setInt32(17, rank, true);
      view.setInt32(21, peers, true);
      view.setUint8(25, 0);  // not yet running
      view.setUint32(26, json.length, true);
      new Uint8Array(view.buffer, 30).set(json);  // then a zero: it does not go on from a checkpoint
    }
    return view.buffer;
  }

  function read(buffer) {
    const view = new DataView(buffer);
    const status = view.getUint8(4) === reports.status;
    const at = header + (status ? 1 : 0);
    return { status, state: status ? view.getUint8(header) : -1, step: Number(view.getBigInt64(at, true)), loss: view.getFloat64(at + 8, true) };
  }

  // base: the address of the folder with worker.js and the modules. Gives {seconds: [..], losses: [..]}: seconds per step
  // of every interval between two reports (about 0.1 s) after a warm-up, losses of the first steps. signal: an AbortSignal, optional.
  function measureWorkers(base, { settings, workers, firstSteps, warmSeconds, timedSeconds, leastIntervals, patienceSeconds = 120 }, signal) {
    return new Promise((resolve, reject) => {
      const losses = [], seconds = [];
      let last = null, began = 0, alarm = 0;
      const pool = createWorkerPool({ base, onReport, onLost: (rank, why) => fail(`Worker ${rank} was lost: ${why}.`) });
      if (signal) signal.addEventListener('abort', () => fail('Stopped.'), { once: true });

      function end() {
        clearTimeout(alarm);
        pool.end();
      }
      function fail(sentence) {
        end();
        reject(new Error(sentence));
      }

      function expectReport() {
        clearTimeout(alarm);
        alarm = setTimeout(() => fail(`The workers said nothing for ${patienceSeconds} s: this script and the build speak different protocols, or a step takes longer.`), patienceSeconds * 1000);
      }
      function onReport(rank, buffer) {
        expectReport();
        if (new DataView(buffer).getUint8(4) > reports.status) return;  // a checkpoint
        const report = read(buffer);
        if (report.state === failed) fail('The workers could not start: their settings do not fit, or the native and the web build are of different versions (scripts/bench-peers builds both).');
        else if (!report.status) firstStep(report);
        else if (began) interval(report, performance.now() / 1000);
      }
      function firstStep({ step, loss }) {
        if (began) return;
        if (step > 0) losses.push(loss);
        if (step < firstSteps) return pool.post(0, command('step'));
        began = performance.now() / 1000;
        pool.post(0, command('play'));
      }
      function interval({ step }, now) {
        if (last && now <= last.now) return;  // both waited for a busy page: nothing lies between them
        if (last && step > last.step && last.now - began > warmSeconds) seconds.push((now - last.now) / (step - last.step));
        if (!last || step > last.step) last = { step, now };
        if (now - began > warmSeconds + timedSeconds && seconds.length >= leastIntervals) finish();
      }
      function finish() {
        end();
        resolve({ seconds, losses });
      }

      expectReport();
      pool.ensure(workers);
      for (let rank = 0; rank < workers; ++rank) pool.post(rank, command('start', { rank, peers: workers, settings }));
    });
  }

  // Answers of one worker to several questions, in order: [{..}].
  function askWorker(base, questions, signal) {
    return new Promise((resolve, reject) => {
      const answers = [];
      const pool = createWorkerPool({ base, onReport: () => {}, onMeasured, onLost: (_, why) => end(() => reject(new Error(`The worker was lost: ${why}.`))) });
      if (signal) signal.addEventListener('abort', () => end(() => reject(new Error('Stopped.'))), { once: true });

      function end(settle) {
        pool.end();
        settle();
      }
      function onMeasured(text) {
        const answer = JSON.parse(text);
        if (answer.error) return end(() => reject(new Error(answer.error)));
        answers.push(answer);
        if (answers.length === questions.length) return end(() => resolve(answers));
        ask();
      }
      const ask = () => pool.measure(new TextEncoder().encode(JSON.stringify(questions[answers.length])).buffer);
      pool.ensure(1);
      ask();
    });
  }

  Object.assign(globalThis, { measureWorkers, askWorker });
})();
