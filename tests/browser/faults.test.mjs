// Faults put into the running page on purpose, one test each. That each test fails without what it tests was seen by taking
// that out; what was taken out stands beside it ("Without:"). Cores that drop, where nothing has to be done, stand alone. Elsewhere: a hidden page and code without SIMD
// (training.test.mjs), a page that cannot start at all (trouble.test.mjs), frames without storage (embed.test.mjs).
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { after, before, describe, test } from 'node:test';
import { contextOf, dist, eventually, frames, hide, open, picture, reaches, rests, sentence, serve, state, strictPolicy, until, visit, withoutStorage } from './support.mjs';

// Small steps on a small canvas: what these tests take is waiting.
const steps = 120;
const run = `?seed=3&steps=${steps}&batch=256&validation=128`, small = { width: 480, height: 320 };
let session, reference;
before(async () => {
  session = await open();
  const { page, context } = await visit(session, { ...small, query: `${run}&speed=0&workers=2`, before: inWorkers() });
  await until(page, 'the end of the run', (s) => s.state === 'finished');
  reference = await page.evaluate(() => window.snapshots);
  await context.close();
});
after(async () => { await session.close(); });

// A script for the page: every worker first does what the function says. window.made: the workers in the order in which
// they were made; window.snapshots: the bytes that were reported of each step, once for each time that they were others.
function inWorkers(first = () => {}) {
  const wrap = (text) => {
    const Original = window.Worker;
    window.made = [];
    window.snapshots = {};
    window.Worker = class extends Original {
      constructor(url) {
        super(URL.createObjectURL(new Blob([`${text}\nimportScripts(${JSON.stringify(String(url))});`], { type: 'text/javascript' })));
        window.made.push(this);
        this.addEventListener('message', ({ data }) => {
          const bytes = data.kind === 'report' ? new Uint8Array(data.bytes) : [];
          if (bytes[4] !== 0) return;  // src/run/worker_protocol.cpp: magic, kind, epoch, snapshot
          const step = Number(new DataView(data.bytes).getBigInt64(17, true)), text = Array.from(bytes.subarray(9)).join();
          const seen = window.snapshots[step] || (window.snapshots[step] = []);
          if (!seen.includes(text)) seen.push(text);
        });
      }
    };
  };
  return `(${wrap})(${JSON.stringify(`(${first})();`)})`;
}

async function same(page) {
  assert.equal(Object.keys(reference).length, steps / 10 + 1);
  assert.deepEqual(await page.evaluate(() => window.snapshots), reference);
}

const listening = () => addEventListener('message', ({ data }) => { if (data.kind === 'hang') for (;;); });

// Of what takes its time in waiting, several at once.
describe('the run goes on', { concurrency: 4 }, () => {
  // Without: the look at document.hidden in awaitReturn of web/surface.js (the page gives up while nobody sees it), the timer there
  // (it never does), the end of the pools in fail() of web/page.js (workers train on for nobody).
  test('taken away while the tab is hidden it is waited for; in sight the page gives up in the end, and its workers end', async () => {
    const sooner = () => {
      const wait = window.setTimeout;
      window.setTimeout = (act, time, ...rest) => wait(act, time === 10000 ? 400 : time, ...rest);
    };
    const { page, context, errors } = await visit(session, { ...small, query: '?steps=100000&batch=64&validation=128', before: `(${sooner})()` });
    await until(page, 'a first step', (s) => s.step > 0);
    const lose = () => page.evaluate(() => { window.key = document.getElementById('canvas').getContext('webgl2').getExtension('WEBGL_lose_context'); window.key.loseContext(); });
    const failed = () => page.evaluate(() => document.body.classList.contains('failed'));
    await hide(page, true);
    await lose();
    await page.waitForTimeout(900);
    assert.equal(await failed(), false);
    await page.evaluate(() => window.key.restoreContext());
    await hide(page, false);
    const { step } = await state(page), { drawn } = await frames(page);
    await page.waitForFunction(([s, d]) => window.ladder.state().step > s && window.ladder.frames().drawn > d, [step, drawn]);
    assert.equal(await failed(), false);

    assert.ok(page.workers().length > 0);
    await lose();
    await page.waitForSelector('body.failed');
    assert.match(await sentence(page), /took the drawing surface away\. Reload/);
    for (const end = Date.now() + 240000; page.workers().length > 0 && Date.now() < end;) await page.waitForTimeout(20);
    assert.equal(page.workers().length, 0);
    assert.deepEqual(errors, []);
    await context.close();
  });

  // Without: the question in web/pool.js (the run stands still), the checkpoint in WorkerRunner::launch (it starts again, and
  // the sentence says so), the dropping of snapshots made twice (only in tests/run/worker_runner_test.cpp).
  test('a worker that is killed, then a lead that hangs: both are found, replaced, and the run comes to the same bits', async () => {
    const { page, context, errors } = await visit(session, { ...small, query: `${run}&speed=50&workers=2`, before: inWorkers(listening) });
    const loss = async (number, at, hurt) => {
      const found = page.evaluate(async (n) => {
        const begin = performance.now();
        while (window.made.length < n) await new Promise((done) => { setTimeout(done, 20); });
        return performance.now() - begin;
      }, 2 * number + 1);
      await page.evaluate(hurt);
      console.log(`${at}: found after ${((await found) / 1000).toFixed(2)} s`);
      const last = await until(page, 'the notice', (s) => s.problems.length === number);
      assert.match(last.problems[number - 1], /^A training worker was lost at step \d+ \(it stopped answering\)\. New ones have taken over and go on from step \d+0, to the same numbers\.$/);
    };
    await until(page, 'a third of the run', (s) => s.step >= 40);
    await loss(1, 'killed', () => window.made[1].terminate());
    await until(page, 'two thirds of the run', (s) => s.step >= 80);
    await loss(2, 'hanging', () => window.made[2].postMessage({ kind: 'hang' }));
    const last = await until(page, 'the end of the run', (s) => s.state === 'finished');
    assert.equal(last.step, steps);
    assert.equal(await page.evaluate(() => window.made.length), 6);
    await same(page);
    await page.setViewportSize({ width: 1280, height: 720 });
    await showsAt(page, 1280, 720, false);
    await picture(page, 'worker-replaced.png');
    assert.deepEqual(errors, []);
    await context.close();
  });

  // Without: the launch for a rank that has no part in the run, in WorkerRunner::lost (the page says "running" for ever).
  test('a worker that the run does not use is killed: all end with it, and the run goes on', async () => {
    const { page, context, errors } = await visit(session, { ...small, query: `${run}&speed=50&workers=2`, before: inWorkers() });
    await until(page, 'a tenth of the run', (s) => s.step >= 12);
    await page.evaluate(() => { document.getElementById('mirror-settings').open = true; });
    await page.waitForSelector('#mirror-settings-form [data-name=workers]', { state: 'attached' });
    await page.evaluate(() => {
      document.querySelector('#mirror-settings-form [data-name=workers]').value = '1';
      document.querySelector('#mirror [data-do=settings]').click();
    });
    await until(page, 'the run with one worker', (s) => s.workers === 1 && s.step > 0);
    await page.evaluate(() => window.made[1].terminate());
    await page.waitForFunction(() => window.made.length === 3);
    await until(page, 'the end of the run', (s) => s.state === 'finished');
    await same(page);
    assert.deepEqual(errors, []);
    await context.close();
  });

  // Without: the limit of due_ in PeerWorker::pace (the run waits for two hours; seen in tests/run/peer_test.cpp, which has the
  // same case without a browser).
  test('clocks that are set forward an hour and back two do not disturb it', async () => {
    const clock = () => {
      let offset = 0;
      const performanceNow = performance.now.bind(performance), dateNow = Date.now;
      performance.now = () => performanceNow() + offset;
      Date.now = () => dateNow() + offset;
      addEventListener('message', ({ data }) => { if (data.kind === 'clock') offset += data.change; });
    };
    const { page, context, errors } = await visit(session, { ...small, query: `${run}&speed=50&workers=2`, before: `${inWorkers(clock)};(${clock})()` });
    const set = (hours) => page.evaluate((change) => {
      for (const worker of window.made) worker.postMessage({ kind: 'clock', change });
      dispatchEvent(new MessageEvent('message', { data: { kind: 'clock', change } }));
    }, hours * 3600000);
    await until(page, 'a first part', (s) => s.step >= 30);
    await set(1);
    await until(page, 'a second part', (s) => s.step >= 60);
    await set(-2);
    const frames = (await page.evaluate(() => window.ladder.frames())).count;
    const last = await until(page, 'the end of the run', (s) => s.state === 'finished');
    assert.deepEqual(last.problems, []);
    await page.waitForFunction((count) => window.ladder.frames().count > count + 3, frames);
    await same(page);
    assert.deepEqual(errors, []);
    await context.close();
  });

  // Without: the plain module after a loss in web/pool.js (no worker could be started).
  test('a module that does not load is replaced by the plain one', async () => {
    const broken = () => {
      const original = self.importScripts;
      self.importScripts = (...urls) => {
        if (urls.some((url) => url.includes('simd'))) throw new Error('the network is gone');
        original.apply(self, urls);
      };
    };
    const { page, context, errors } = await visit(session, { ...small, query: `${run}&speed=0&workers=2`, before: inWorkers(broken) });
    const last = await until(page, 'the end of the run', (s) => s.state === 'finished');
    assert.equal(last.kernels, 'scalar');
    await same(page);
    assert.deepEqual(errors, []);
    await context.close();
  });

  // Without: the fallback in page.js (with no number of cores one worker does all the work).
  for (const [cores, workers] of [[1, 1], [undefined, 2]])
    test(`on a machine that tells of ${cores === undefined ? 'no' : cores} cores it comes to the same bits`, async () => {
      const { page, context, errors } = await visit(session, {
        ...small, query: `${run}&speed=0`, before: `${inWorkers()};Object.defineProperty(navigator, 'hardwareConcurrency', { get: () => ${cores} })`,
      });
      const last = await until(page, 'the end of the run', (s) => s.state === 'finished');
      assert.equal(last.workers, workers);
      await same(page);
      assert.deepEqual(errors, []);
      await context.close();
    });

  test('cores that drop to one in the middle of the run slow it down and nothing else', async () => {
    const { page, context, errors } = await visit(session, { ...small, query: `${run}&speed=50&workers=4`, before: inWorkers() });
    const devtools = await context.newCDPSession(page);
    await until(page, 'a part of the run', (s) => s.step >= 20);
    await devtools.send('Emulation.setHardwareConcurrencyOverride', { hardwareConcurrency: 1 });
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    const last = await until(page, 'the end of the run', (s) => s.state === 'finished');
    assert.deepEqual(last.problems, []);
    await same(page);
    assert.deepEqual(errors, []);
    await context.close();
  });

  // Its processes are stopped for two seconds, as by a machine that sleeps (the browser's own order to freeze a page leaves one that is
  // visible running). The workers' answers come late afterwards: the order of timers and messages is each browser's own.
  // Without: the counting of questions in web/pool.js, patience by the clock instead (the workers are taken for dead).
  test('a page that is frozen and resumed goes on exactly, and takes no worker for dead', async (t) => {
    const own = await open();
    t.after(() => own.close());
    const late = () => {
      const Original = window.Worker;
      window.Worker = class extends Original {
        set onmessage(hear) { super.onmessage = (event) => { setTimeout(hear, 300, event); }; }
      };
    };
    const { page, context, errors } = await visit(own, { ...small, query: `${run}&speed=50&workers=2`, before: `${inWorkers()};(${late})()` });
    const devtools = await own.browser.newBrowserCDPSession();
    const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
    const signal = (name) => {
      for (const { id, type } of processInfo)
        try {
          if (type === 'renderer') process.kill(id, name);
        } catch { /* a spare one, which has ended */ }
    };
    const freeze = async () => {
      signal('SIGSTOP');
      await new Promise((done) => { setTimeout(done, 2000); });
      signal('SIGCONT');
    };
    await until(page, 'a third of the run', (s) => s.step >= 40);
    await freeze();
    await until(page, 'the end of the run', (s) => s.state === 'finished');
    await freeze();  // now that the workers say nothing by themselves
    await page.waitForTimeout(600);
    const last = await state(page);
    assert.deepEqual(last.problems, []);
    assert.equal(await page.evaluate(() => window.made.length), 2);
    await same(page);
    assert.deepEqual(errors, []);
    await context.close();
  });
});

describe('a sentence, not a blank page', { concurrency: 2 }, () => {
  // Without: web/arrival.js (the page says "Loading .." for ever where page.js is missing).
  for (const name of ['page', 'ladder-page', 'surface'])
    test(`${name}.js does not arrive`, async () => {
      const context = await contextOf(session);
      const page = await context.newPage();
      await page.route(new RegExp(`/assets/${name}\\.[0-9a-f]+\\.js`), (route) => route.abort());
      await page.goto(session.address);
      await page.waitForSelector('body.failed');
      assert.match(await sentence(page), /^A part of this page did not arrive\. See that the network is there, and reload the page\.$/);
      assert.ok(await page.isVisible('#status'));
      await context.close();
    });

  // Without: the handler of std::bad_alloc in PeerWorker::guarded (the message is the library's word).
  test('a worker that is given no more memory', async () => {
    const refuse = () => { WebAssembly.Memory.prototype.grow = () => { throw new RangeError('refused'); }; };
    const { page, context } = await visit(session, { query: '?speed=0&model=full&hidden=256&batch=1024&workers=1', before: inWorkers(refuse) });
    const last = await until(page, 'the failure', (s) => s.state === 'failed');
    assert.match(last.message, /memory/);
    await context.close();
  });

  // Without: the handlers of std::bad_alloc in WorkerRunner::receive and page_frame (the message is the library's word). The page has no room for a second state of
  // thirty megabytes beside the first and the message that brings it.
  test('the page itself is given no more memory', async () => {
    const { page, context } = await visit(session, {
      query: '?speed=0&steps=3&evaluate-every=1&model=full&hidden=768&heads=2&mlp=8&batch=16&validation=16&length=4&dropout=0&workers=1', width: 640, height: 400,
      before: 'WebAssembly.Memory.prototype.grow = () => { throw new RangeError("refused"); }',
    });
    await page.waitForFunction(() => document.body.classList.contains('failed') || window.ladder?.state().state === 'failed');
    const failed = await page.evaluate(() => document.body.classList.contains('failed'));
    assert.match(failed ? await sentence(page) : (await state(page)).message, /memory/);
    await context.close();
  });
});

// For a page: each frame comes ten milliseconds after the one before, however long it took.
const evenly = `(${() => {
  window.passed = 10000;
  performance.now = () => window.passed + 10 * (window.ladder ? window.ladder.frames().count : 0);
}})()`;

// How many of so many frames were drawn. hand: it moves over the page meanwhile.
const drawnOf = (page, count, hand = false) => page.evaluate(([all, moves]) => new Promise((resolve) => {
  const canvas = document.getElementById('canvas'), before = window.ladder.frames();
  (function watch() {
    const now = window.ladder.frames();
    if (now.count >= before.count + all) return resolve(now.drawn - before.drawn);
    const at = { clientX: 20 + now.count * 7 % 400, clientY: 160, bubbles: true };
    if (moves) for (const event of [new PointerEvent('pointermove', at), new MouseEvent('mousemove', at)]) canvas.dispatchEvent(event);
    requestAnimationFrame(watch);
  })();
}), [count, hand]);

describe('the surface', () => {
  // Without: restored() in web/surface.js (what was drawn by textures and shaders is gone).
  test('taken away by the browser and given back, it shows what it showed', async () => {
    const { page, context, errors } = await visit(session, { ...small, query: '?speed=0&steps=20&batch=256', still: true, smooth: true });
    await until(page, 'the end of the run', (s) => s.state === 'finished');
    await rests(page);
    const picture = await page.screenshot();
    await page.evaluate(() => { window.key = document.getElementById('canvas').getContext('webgl2').getExtension('WEBGL_lose_context'); window.key.loseContext(); });
    await page.waitForFunction(() => document.getElementById('canvas').getContext('webgl2').isContextLost());
    await page.waitForTimeout(200);
    assert.ok(!(await page.screenshot()).equals(picture));
    await page.evaluate(() => window.key.restoreContext());
    let back;
    for (let i = 0; i < 50 && !(back && back.equals(picture)); ++i) {
      await page.waitForTimeout(100);
      back = await page.screenshot();
    }
    assert.ok(back.equals(picture));
    assert.deepEqual(errors, []);
    await context.close();
  });

  // Without: the empty picture of a surface that is gone in web/surface.js (an empty file is saved, and the form says so).
  test('of a surface that the browser took there is no picture, and the form says so', async () => {
    const { page, context, errors } = await visit(session, { ...small, query: '?autoplay=false&batch=64&validation=128' });
    await until(page, 'the untrained model', (s) => s.snapshots > 0);
    await page.evaluate(() => {
      window.key = document.getElementById('canvas').getContext('webgl2').getExtension('WEBGL_lose_context');
      window.key.loseContext();
      document.getElementById('mirror-format').value = 'png .png';
    });
    await page.waitForFunction(() => document.getElementById('canvas').getContext('webgl2').isContextLost());
    await page.evaluate(() => document.querySelector('[data-do=save]').click());
    await until(page, 'the sentence', (s) => s.problems.some((text) => /^There is no picture: /.test(text)));
    await page.evaluate(() => window.key.restoreContext());
    assert.doesNotMatch(await page.textContent('#mirror-news'), /Saved/);
    assert.deepEqual(errors, []);
    await context.close();
  });

  // Without: the return in Window::end_frame (it is drawn with every frame), the comparison in DrawnPicture::repeats (the help
  // stays hidden), draw(true) in web/surface.js (a saved picture is empty, says files.test.mjs).
  test('at rest nothing is drawn, what is shown stays, and the first change is drawn', async () => {
    const { page, context, errors } = await visit(session, { ...small, query: '?speed=0&steps=20&batch=256', still: true, smooth: true });
    await until(page, 'the end of the run', (s) => s.state === 'finished');
    await rests(page);
    const shown = await page.screenshot(), { drawn, count } = await frames(page);
    await reaches(page, 'count', count + 30);
    assert.equal((await frames(page)).drawn, drawn);
    assert.ok((await page.screenshot()).equals(shown));

    await page.keyboard.press('?');
    await reaches(page, 'drawn', drawn + 1);
    assert.ok(!(await page.screenshot()).equals(shown));
    await page.keyboard.press('?');
    await rests(page);
    assert.ok((await page.screenshot()).equals(shown));
    assert.deepEqual(errors, []);
    await context.close();
  });

  // This browser draws in software. Without: the gap in may() of web/pace.js (it is drawn with every frame), touched (it stays slow
  // under the hand).
  test('without a graphics card the run is drawn a few times a second, and every frame while a hand moves', async () => {
    const { page, context, errors } = await visit(session, { ...small, query: '?speed=0&steps=1000000&batch=64&validation=128', smooth: true, before: evenly });
    await until(page, 'a first step', (s) => s.step > 0);
    const before = await frames(page);
    await reaches(page, 'drawn', before.drawn + 3);
    const { count } = await frames(page);
    assert.ok(count - before.count >= 40, `three frames of ${count - before.count} drawn while the run moves`);
    const attended = await drawnOf(page, 20, true);
    assert.ok(attended > 5, `${attended} of 20 frames drawn under the hand`);
    assert.deepEqual(errors, []);
    await context.close();
  });

  // Without: plays() in page_frame.
  test('without a graphics card what plays is drawn at every frame', async () => {
    const { page, context, errors } = await visit(session, { query: '?workspace=theory&autoplay=false', scale: 0.5, smooth: true, before: evenly });
    await until(page, 'the equations', (s) => s.theory.solved);
    await page.mouse.click(1227, 590);  // Play
    await drawnOf(page, 3);
    await page.evaluate(() => { window.passed += 1000; });  // the click is long past
    const drawn = await drawnOf(page, 20);
    assert.ok(drawn > 5, `${drawn} of 20 frames drawn while the time plays`);
    assert.deepEqual(errors, []);
    await context.close();
  });

  // Without: followRatio in web/page.js (the canvas keeps its pixels).
  test('zoom and another screen\u2019s pixels: it keeps true device pixels and goes on', async () => {
    const { page, context, errors } = await visit(session, { query: '?speed=20&steps=100000&batch=256&validation=128', width: 640, height: 360 });
    const devtools = await context.newCDPSession(page);
    for (const [width, height, deviceScaleFactor] of [[640, 360, 2], [512, 288, 1.25], [400, 225, 1.6], [640, 360, 1]]) {
      await devtools.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor, mobile: false });
      await showsAt(page, width * deviceScaleFactor, height * deviceScaleFactor);
    }
    assert.deepEqual(errors, []);
    await context.close();
  });

  // Without: the observer in watchSize of web/page.js (the canvas stays upright).
  test('a phone that is turned and turned back', async () => {
    const { page, context, errors } = await visit(session, { query: '?speed=20&steps=100000&batch=256&validation=128', width: 390, height: 844, scale: 2, touch: true });
    for (const [width, height, name] of [[844, 390, 'turned'], [390, 844, 'upright']]) {
      await page.setViewportSize({ width, height });
      await showsAt(page, 2 * width, 2 * height);
      await picture(page, `phone-${name}.png`);
    }
    assert.deepEqual(errors, []);
    await context.close();
  });
});

// The canvas has so many pixels, nothing hangs over, and drawing goes on, and training if it had not ended.
async function showsAt(page, width, height, training = true) {
  await page.waitForFunction(([w, h]) => {
    const canvas = document.getElementById('canvas');
    return canvas.width === w && canvas.height === h && document.documentElement.scrollWidth <= window.innerWidth;
  }, [width, height]);
  const { step } = await state(page), { count } = await page.evaluate(() => window.ladder.frames());
  await page.waitForFunction(([s, c, t]) => (window.ladder.state().step > s || !t) && window.ladder.frames().count > c, [step, count, training]);
}

// Without: 600 or 200 in web/pace.js.
test('in software it is drawn every 200 milliseconds, for 600 after a touch at every frame, with a graphics card at every frame', () => {
  const pace = (renderer) => {
    const heard = {};
    let now = 5000;
    const room = vm.createContext({ performance: { now: () => now }, addEventListener: (type, act) => { heard[type] = act; } });
    vm.runInContext(fs.readFileSync(path.join(dist, 'assets', fs.readdirSync(path.join(dist, 'assets')).find((name) => /^pace\..*\.js$/.test(name))), 'utf8'), room);
    const { may, drew } = room.createPace({ RENDERER: 1, getParameter: () => renderer, getExtension: () => null });
    return { heard, drew, after: (milliseconds) => may(now += milliseconds) };
  };
  const software = pace('ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device), SwiftShader driver)');
  software.drew(5000);
  assert.deepEqual([software.after(199), software.after(1)], [false, true]);
  software.drew(5200);
  assert.equal(software.after(10), false);
  software.heard.pointermove();
  software.drew(5210);
  assert.deepEqual([software.after(10), software.after(589)], [true, true]);
  software.drew(5809);
  assert.equal(software.after(1), false);
  const card = pace('ANGLE (NVIDIA, NVIDIA GeForce RTX 3060)');
  card.drew(5000);
  assert.equal(card.after(1), true);
});

// What web/sw.js does on an event, with stores and a network of the test's own.
function offline(caches, fetch, registration = {}) {
  const heard = {}, scope = 'https://host.example/a/';
  const Request = class { constructor(name, { cache }) { Object.assign(this, { name, cache, url: new URL(name, scope).href }); } };
  vm.runInNewContext(fs.readFileSync(path.join(dist, 'sw.js'), 'utf8'), {
    self: { registration: { scope, ...registration }, clients: { claim: () => {} }, addEventListener: (type, act) => { heard[type] = act; } }, caches, fetch, location: { origin: 'https://host.example' }, URL, Request, Response,
  });
  return {
    install: () => new Promise((resolve) => { heard.install({ waitUntil: resolve }); }),
    activate: () => new Promise((resolve) => { heard.activate({ waitUntil: resolve }); }),
    ask: (name, mode) => new Promise((resolve) => { heard.fetch({ request: { method: 'GET', mode, url: scope + name }, respondWith: resolve }); }),
  };
}

// Without: the catch in find() of web/sw.js (no part of the page arrives).
test('a store for offline use that cannot be read keeps nothing from the network', async () => {
  const refused = () => Promise.reject(new DOMException('Unexpected internal error.', 'UnknownError'));
  const { ask } = offline({ match: refused, open: refused, keys: refused }, async ({ url }) => Object.defineProperty(new Response('from the network'), 'url', { value: url }));
  assert.equal(await (await ask('assets/page.js', 'no-cors')).text(), 'from the network');
});

// Without: 'reload' in keep() of web/sw.js (an earlier release's index.html is kept), the new Response there (a browser refuses it where a
// page is opened), the name with .html.
test('for offline use the host\u2019s files of now are kept, whatever addresses it has led to', async () => {
  const kept = new Map(), asked = [];
  const { install, ask } = offline({ open: async () => ({ put: async (name, answer) => { kept.set(new URL(name, 'https://host.example/a/').pathname, answer); } }), keys: async () => [], match: async (name) => kept.get(name) }, async (request) => {
    if (request.mode) throw new TypeError('There is no network.');
    asked.push(request);
    return Object.defineProperty(new Response(request.name), 'redirected', { value: request.name.endsWith('.html') });
  });
  await install();
  for (const { name, cache } of asked) assert.equal(cache, name.startsWith('assets/') ? 'default' : 'reload', name);
  for (const [name, file] of [['?seed=3', 'index.html'], ['index', 'index.html'], ['reading', 'reading.html'], ['reading.html', 'reading.html']]) {
    const answer = await ask(name, 'navigate');
    assert.deepEqual([answer.redirected, await answer.clone().text()], [false, file], name);
  }
});

// Without: the look at installing and waiting in web/sw.js (the next release loses what it has kept so far).
test('a release that takes over clears away those before it, and nothing while one after it is being kept', async () => {
  const mine = 'attention-ladder https://host.example/a/ ';
  for (const [registration, gone] of [[{}, [`${mine}another`]], [{ installing: {} }, []], [{ waiting: {} }, []]]) {
    const cleared = [];
    await offline({ keys: async () => [`${mine}another`, 'attention-ladder https://host.example/b/ x', 'others'], delete: async (name) => { cleared.push(name); } }, undefined, registration).activate();
    assert.deepEqual(cleared, gone);
  }
});

// Without: the wait of the new release in web/sw.js, and the look into the other stores there (a worker that is asked for later is nowhere).
test('a page that is open keeps its release when the host has another one', async (t) => {
  const folder = fs.mkdtempSync(path.join(dist, '..', 'release-')), context = await contextOf(session), page = await context.newPage();
  fs.cpSync(dist, folder, { recursive: true });
  const server = await serve({ root: folder, port: 0, policy: strictPolicy });
  t.after(async () => {
    await context.close();
    server.close();
    server.closeAllConnections();
    fs.rmSync(folder, { recursive: true });
  });
  const file = (name) => path.join(folder, name), write = (name, change) => fs.writeFileSync(file(name), change(fs.readFileSync(file(name), 'utf8')));
  await page.goto(`http://127.0.0.1:${server.address().port}/?autoplay=false`);
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  // The next release: a worker by another name.
  const [worker] = fs.readdirSync(file('assets')).filter((name) => /^worker\..*\.js$/.test(name));
  const release = (number) => {
    fs.renameSync(file(`assets/${number === 2 ? worker : 'worker.2.js'}`), file(`assets/worker.${number}.js`));
    write('sw.js', (text) => text.replace(/(\} `;[^']*const store = own \+ ')[^']*/, `$1release-${number}`).replace(/assets\/worker\.[^"]*/, `assets/worker.${number}.js`));
  };
  const renew = async (number) => {
    await page.evaluate(async () => { await (await navigator.serviceWorker.getRegistration()).update(); });
    // The one before it waits already, and its store is there before anything is in it.
    await eventually(page, async (stamp) => {
      const { waiting, installing } = await navigator.serviceWorker.getRegistration();
      return waiting && !installing && (await caches.keys()).some((name) => name.endsWith(stamp));
    }, `release-${number}`);
  };
  const status = (name) => page.evaluate(async (asked) => (await fetch(`assets/${asked}`)).status, name);
  release(2);
  await renew(2);
  assert.equal(await status(worker), 200);
  release(3);
  await renew(3);
  assert.deepEqual([await status(worker), await status('worker.2.js')], [200, 200]);
  // When none is open any more, the newest takes over. A page that is opened before the browser has seen the last one go belongs to the
  // release before for as long as it is open: it is left again, each time for longer.
  const kept = async () => (await page.evaluate(() => caches.keys())).map((name) => name.split(' ').pop()).join();
  for (let i = 0; i < 30; ++i) {
    await page.goto('about:blank');
    await page.waitForTimeout(50 * i);
    await page.goto(`http://127.0.0.1:${server.address().port}/licences.txt`);
    if (await kept() === 'release-3') break;
  }
  assert.equal(await kept(), 'release-3');
});

// Without: the catch in keepForOffline (a page that is denied everything does not start).
test('with no room to keep anything, or none allowed, it runs all the same', async () => {
  for (const script of [undefined, withoutStorage]) {
    const context = await contextOf(session);
    const first = await context.newPage();
    const devtools = await context.newCDPSession(first);
    await devtools.send('Storage.overrideQuotaForOrigin', { origin: new URL(session.address).origin, quotaSize: 1 });
    const errors = [];
    first.on('pageerror', (error) => errors.push(String(error)));
    first.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()); });
    if (script) await first.addInitScript(script);
    await first.goto(`${session.address}?speed=0&steps=20&batch=256`);
    await until(first, 'the end of the run', (s) => s.state === 'finished');
    await first.waitForTimeout(500);
    if (!script) assert.equal(await first.evaluate(async () => Boolean((await navigator.serviceWorker.getRegistration())?.active)), false);
    assert.deepEqual(errors, []);
    await context.close();
  }
});
