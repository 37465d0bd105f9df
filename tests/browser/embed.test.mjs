// The page in other people's pages: frames confined in every way that course sites confine them, messages good and bad,
// the element, and sizes that course sites give.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { after, before, test } from 'node:test';
import Ajv from 'ajv/dist/2020.js';
import { behaves, frame, host } from './host.mjs';
import { coarse, contextOf, dist, drawn, eventually, inReach, inSight, open, picture, rests, serve, speedsTold, state, strictPolicy, until, visit, withoutStorage, withoutWebGL } from './support.mjs';

let session, course;
const validate = new Ajv({ strict: false }).compile(JSON.parse(fs.readFileSync(path.join(dist, 'messages.schema.json'), 'utf8')));
before(async () => {
  session = await open();
  course = await host({});
});
after(async () => {
  course.close();
  await session.close();
});

async function lecture(html, options = {}) {
  course.pages['/lecture'] = html;
  return visit({ ...session, address: `${course.origin}/lecture` }, options);
}
const framed = (query, origin = course.origin) => `${session.address}?embed=true&speed=0&allowed-origin=${origin}${query}`;

const confined = {
  'cross-origin': {},
  'sandboxed': { sandbox: 'allow-scripts' },
  'without storage': { before: withoutStorage },
  'the one file, sandboxed': { sandbox: 'allow-scripts', file: 'attention-ladder.html' },
};
for (const [name, { sandbox, file = '', before: script }] of Object.entries(confined))
  test(`a frame that is ${name} behaves as any other`, async () => {
    const { page, context, errors } = await lecture(frame(framed('&steps=60&workers=2').replace('?', `${file}?`), { sandbox }), { before: script });
    const messages = await behaves(page, assert);
    for (const message of messages) assert.ok(validate(message), JSON.stringify([message, validate.errors]));
    const state = (await page.evaluate(() => window.ask('get', { what: 'state' }))).value;
    assert.equal(state.workers, 2);
    assert.deepEqual(errors, []);
    await context.close();
  });

test('the one file from a disk, in a frame of a file, trains on two workers', async () => {
  const folder = fs.mkdtempSync(path.join(dist, '..', 'file-'));
  const context = await contextOf(session);
  const page = await context.newPage();
  fs.copyFileSync(path.join(dist, 'attention-ladder.html'), path.join(folder, 'ladder.html'));
  fs.writeFileSync(path.join(folder, 'host.js'), await (await fetch(`${course.origin}/host.js`)).text());
  fs.writeFileSync(path.join(folder, 'lecture.html'), `<!doctype html><script src="host.js"></script>${frame('ladder.html?speed=0&steps=60&workers=2&allowed-origin=null')}`);
  await page.goto(`file://${path.join(folder, 'lecture.html')}`);
  await behaves(page, assert);
  assert.equal((await page.evaluate(() => window.ask('get', { what: 'state' }))).value.workers, 2);
  // It has no address that a course page could use, and nothing that would make one.
  assert.equal(await page.frames()[1].evaluate(() => document.querySelector('[data-do=plan]').hidden), true);
  await context.close();
  fs.rmSync(folder, { recursive: true });
});

test('after one visit the page needs no network', async () => {
  const server = await serve({ root: dist, port: 0, policy: strictPolicy });
  const address = `http://127.0.0.1:${server.address().port}/`;
  const context = await contextOf(session);
  const page = await context.newPage();
  // What an earlier release kept goes, what another page of the same origin keeps stays.
  const named = (scope, release) => `attention-ladder ${address}${scope} ${release}`;
  await page.goto(`${address}licences.txt`);
  await page.evaluate(([names, index]) => Promise.all(names.map(async (name) => (await caches.open(name)).put(index, new Response('Another page')))), [[named('', 'before'), named('b/', 'other')], `${address}index.html`]);
  await page.goto(`${address}?autoplay=false`);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await eventually(page, async (name) => !(await caches.has(name)), named('', 'before'));
  assert.ok(await page.evaluate((name) => caches.has(name), named('b/', 'other')));
  server.close();
  server.closeAllConnections();
  course.pages['/offline'] = frame(`${address}?speed=0&steps=60&workers=2&allowed-origin=${course.origin}`);
  await page.goto(`${course.origin}/offline`);
  await behaves(page, assert);
  await context.close();
});

test('what a host sends in vain is answered, a sentence each, and the run goes on', async () => {
  const { page, context, errors } = await lecture(frame(framed('&autoplay=false')));
  await page.waitForFunction(() => window.heard.some((m) => m.type === 'step'));
  await eventually(page, async () => (await window.ask('get', { what: 'state' })).value.state === 'paused');
  const before = (await page.evaluate(() => window.ask('get', { what: 'state' }))).value;
  const codes = await page.evaluate(async () => {
    const answers = (id) => window.heard.filter((m) => m.id === id);
    const big = 'x'.repeat(20000), cyclic = { ladder: 1, id: 'cyclic', type: 'play' };
    cyclic.self = cyclic;
    const single = [
      { ladder: 2, id: 'version', type: 'play' }, { ladder: 1, id: 'unknown', type: 'explode' }, { ladder: 1, id: 'field', type: 'play', extra: 1 }, { ladder: 1, id: 'large', type: 'set', settings: { spans: big } },
      { ladder: 1, id: 'value', type: 'set', settings: { heads: -4 } }, { ladder: 1, id: 'ahead', type: 'seek', step: 900000 }, { ladder: 1, id: 'code', type: 'set', preset: '<img src=x onerror="window.pwned=1">' }, cyclic,
      { ladder: 1, id: 'bigint', type: 'reset', seed: 10n }, '{"ladder":1,"id":"text","type":"explode"}', `{"ladder":1,"id":"unread","type":"${'x'.repeat(70000)}"}`,
    ];
    for (const message of single) window.send(message);
    for (let i = 0; i < 1000; ++i) window.send({ ladder: [1, null, {}, 'x'][i % 4], id: `flood-${i}`, type: ['set', 'seek', 7, undefined][i >> 2 & 3], settings: i, step: -i });
    const missing = () => single.length - window.heard.filter((m) => m.type === 'error' && !String(m.id).startsWith('flood')).length + (1000 - window.heard.filter((m) => String(m.id).startsWith('flood')).length);
    for (const end = Date.now() + 240000; missing() > 0 && Date.now() < end;) await new Promise((done) => setTimeout(done, 50));
    return { missing: missing(), all: window.heard.filter((m) => m.type === 'error').map((m) => [String(m.id).replace(/-.*/, ''), m.code]), twice: answers('flood-3').length };
  });
  assert.equal(codes.missing, 0);
  assert.equal(codes.twice, 1);
  const seen = Object.fromEntries(codes.all.filter(([id]) => id !== 'flood'));
  assert.deepEqual(seen, { version: 'version', unknown: 'unknown-type', field: 'bad-value', large: 'too-large', value: 'bad-value', ahead: 'impossible', code: 'bad-value', cyclic: 'malformed', bigint: 'malformed', text: 'unknown-type', null: 'too-large' });
  assert.ok(codes.all.some(([, code]) => code === 'too-many'));
  await eventually(page, async () => { window.now = (await window.ask('get', { what: 'state' })).value; return window.now; });  // the flood has used up what it may ask
  const now = await page.evaluate(() => window.now);
  assert.deepEqual([now.step, now.seed, now.state, now.settings], [before.step, before.seed, before.state, before.settings]);
  assert.deepEqual(errors, []);
  await context.close();
});

test('a host travels through the run, branches it, changes heads, runs a figure and sets the equations', async () => {
  const { page, context, errors } = await lecture(frame(framed('&steps=60&workers=2')));
  await page.waitForFunction(() => window.heard.some((m) => m.type === 'finished'));
  const ask = async (type, fields = {}) => {
    assert.ok(validate({ ladder: 1, id: 'a', type, ...fields }), JSON.stringify([type, fields, validate.errors]));
    const answer = await page.evaluate(([kind, more]) => window.ask(kind, more), [type, fields]);
    assert.ok(validate(answer), JSON.stringify([answer, validate.errors]));
    return answer;
  };
  const now = async () => (await ask('get', { what: 'state' })).value;
  const done = async (type, fields) => { const answer = await ask(type, fields); assert.equal(answer.type, 'answer', answer.message); return answer; };
  const before = await now();
  await done('playback', { direction: 'backwards', speed: 8 });
  await done('playback', { direction: 'stop' });
  assert.equal((await now()).moment.playbackSpeed, 8);
  await done('seek', { step: 20 });
  const from = (await done('branch', { settings: { 'learning-rate': 0.01 } })).step;
  assert.equal((await now()).branch.step, from);
  await done('branch', { move: 'swap' });
  assert.equal((await now()).branch.showingOther, true);
  await done('branch', { move: 'leave' });
  const after = await now();
  assert.deepEqual([after.branch, after.shownStep, after.kl], [undefined, before.step, before.kl]);
  const heads = (await done('get', { what: 'heads' })).value;
  assert.deepEqual(heads[0].changes[0], { change: 'none' });
  const { value } = await done('what-if', { head: 0, change: 'ablate' });
  assert.match(value.sentence, /^Loss /);
  assert.ok(Number.isFinite(value.loss) && value.kl.length === before.h + 1);
  // A branch that holds other sequences out is asked on these. (Without the number that RunDesk::go_on_from gives it, on those of the run before.)
  const taken = { head: 0, change: 'ablate' };
  await done('seek', { step: from });
  const whole = (await done('what-if', taken)).value.loss;
  await done('branch', { settings: { validation: 16 } });
  await done('seek', { step: from });
  assert.notEqual((await done('what-if', taken)).value.loss, whole);
  await done('branch', { move: 'leave' });
  await done('what-if', { change: 'none' });
  assert.equal((await ask('early-stop', { move: 'stop' })).code, 'impossible');
  await done('figure', { move: 'run', name: '10' });
  assert.equal((await done('get', { what: 'figures' })).value.find(({ name }) => name === '10').verdict.holds, true);
  // It is solved and not run: the run of another figure that rests goes on resting. (Without what App::Impl::run_figure answers, it goes on.)
  const inside = page.frames()[1];
  await done('figure', { move: 'run', name: '15-17' });
  await done('pause');
  await inside.waitForFunction(() => window.ladder.state().state === 'paused');
  await done('figure', { move: 'run', name: '10' });
  const { count } = await inside.evaluate(() => window.ladder.frames());
  await inside.waitForFunction((then) => window.ladder.frames().count > then + 20, count);
  assert.equal((await now()).state, 'paused');
  await done('figure', { move: 'stop' });
  await done('theory', { settings: { heads: 2, strengths: [2, 1] }, view: 'equations' });
  assert.equal((await done('get', { what: 'theory' })).value.find(({ name }) => name === 'heads').value, '2');
  assert.equal((await ask('sweep', { move: 'run', vary: { importance: 'heavy' } })).code, 'bad-value');
  await done('show', { workspace: 'run' });
  assert.deepEqual(errors, []);
  await context.close();
});

// Without: the play after the reset (App::Impl::carry_out), an ended run stays at rest; status.step in obey_seek, the newest step is refused;
// the look at Control::workspace behind Esc, a reader is led to where there is no way back.
test('a page that does not begin by itself obeys play, tells of its newest step, and keeps the reader in its workspace', async () => {
  const { page, context, errors } = await lecture(frame(framed('&autoplay=false&workspace=theory&steps=100000&evaluate-every=5000&batch=64')));
  const inside = page.frames()[1];
  await inside.waitForFunction(() => window.ladder && window.ladder.state().snapshots > 0);
  const ask = (type, fields = {}) => page.evaluate(([kind, more]) => window.ask(kind, more), [type, fields]);
  const reached = (what) => inside.waitForFunction(what);
  await inside.evaluate(() => document.getElementById('canvas').focus());
  const { count } = await inside.evaluate(() => window.ladder.frames());
  await page.keyboard.press('Escape');
  await inside.waitForFunction((before) => window.ladder.frames().count > before + 1, count);
  assert.equal((await ask('get', { what: 'state' })).value.workspace, 'theory');
  await ask('play');
  await reached(() => window.ladder.state().step > 20);
  await ask('pause');
  await reached(() => window.ladder.state().state === 'paused');
  const { step } = (await ask('get', { what: 'state' })).value;
  assert.equal((await ask('seek', { step })).type, 'answer', `step ${step}`);
  await ask('set', { settings: { steps: step + 10 } });
  await ask('play');
  await reached(() => window.ladder.state().state === 'finished');
  await ask('play');
  await page.waitForFunction(() => window.heard.filter((m) => m.type === 'finished').length === 2);
  assert.deepEqual(errors, []);
  await context.close();
});

test('a host that the address does not name may read and not command', async () => {
  const { page, context } = await lecture(frame(`${session.address}?embed=true&speed=0&steps=20&allowed-origin=https://elsewhere.example,HTTPS://no.origin`));
  await page.waitForFunction(() => window.heard.some((m) => m.type === 'finished'));
  const refused = await page.evaluate(() => window.ask('reset'));
  assert.equal(refused.code, 'forbidden');
  // What is enforced is what the module has taken of the address.
  assert.deepEqual(await page.evaluate(() => window.heard.find((m) => m.type === 'ready').origins), ['https://elsewhere.example']);
  await context.close();
});

test('no parameter runs code or writes markup', async () => {
  const evil = encodeURIComponent('"><img src=x onerror="window.pwned=1"><script>window.pwned=1</script>');
  const names = ['preset', 'theme', 'locale', 'hide', 'panels', 'step', 'stopAt', 'allowed-origin', 'version', 'figure', 'workspace', 'embed', 'autoplay', 'heads', evil];
  const { page, context, errors } = await visit(session, { query: `?${names.map((name) => `${name}=${evil}`).join('&')}#${evil}` });
  await page.waitForFunction(() => window.ladder && window.ladder.state().problems.length > 0);
  const found = await page.evaluate(() => ({ pwned: window.pwned, images: document.querySelectorAll('img[src="x"]').length, scripts: [...document.scripts].filter((s) => !s.src).length }));
  assert.deepEqual(found, { pwned: undefined, images: 0, scripts: 0 });
  assert.deepEqual(errors, []);
  await context.close();
});

// Without: the answer to hello in web/messages.js, its look at ready, at broken, and at the width.
test('a page tells H5P its height, and a host that it is not ready yet or has broken down', async () => {
  const { page, context } = await lecture(`<div style="height:3000px">Text</div>${frame(framed('&autoplay=false&batch=64&validation=64'))}`);
  const heard = (name, value) => page.waitForFunction(([key, wanted]) => window.heard.find((m) => m[key] === wanted), [name, value]).then((handle) => handle.jsonValue());
  await heard('action', 'hello');
  assert.equal((await page.evaluate(() => window.ask('play'))).code, 'not-ready');
  await page.evaluate(() => document.querySelector('iframe').scrollIntoView());
  await heard('type', 'ready');
  const { height } = await heard('type', 'resize');
  await page.evaluate(() => window.send({ context: 'h5p', action: 'hello' }));
  assert.deepEqual(await heard('action', 'prepareResize'), { context: 'h5p', action: 'prepareResize', scrollHeight: height, clientHeight: 360 });
  await page.evaluate(() => window.send({ context: 'h5p', action: 'resizePrepared' }));
  assert.deepEqual(await heard('action', 'resize'), { context: 'h5p', action: 'resize', scrollHeight: height });
  // As the frame of a slide whose turn is over; it is told nothing until it has a width again.
  const place = (style) => page.evaluate((value) => { document.querySelector('iframe').style.cssText = value; }, style);
  await place('display:none');
  await page.frames()[1].waitForFunction(() => document.getElementById('stage').clientWidth === 0, null, { polling: 50 });
  await place('width:400px');
  await heard('width', 400);
  assert.deepEqual(await page.evaluate(() => window.heard.filter((m) => m.width === 0)), []);

  await page.frames()[1].evaluate(() => { window.requestAnimationFrame = () => { throw new Error('no more frames'); }; });
  const told = await heard('code', 'failed');
  assert.equal(told.id, null);
  assert.match(told.message, /^The page broke down \(no more frames\)\./);
  const refused = await page.evaluate(() => window.ask('play'));
  assert.deepEqual([refused.code, refused.message], ['failed', 'The page has broken down and cannot answer. Reload it.']);
  for (const message of await page.evaluate(() => window.heard.filter((m) => m.ladder === 1))) assert.ok(validate(message), JSON.stringify([message, validate.errors]));
  await context.close();
});

// Without: RunDesk::arrives (the run goes on to its end), view.has in App::Impl::keys.
test('a moment named by the address is reached at full speed and rests, with the reader\u2019s speed again; a hidden control\u2019s key does nothing', async () => {
  const keys = { ' ': 'run', ArrowRight: 'step', 'Shift+ArrowRight': 'timeline', ArrowLeft: 'timeline', l: 'timeline', s: 'step', r: 'reset', n: 'new-seed', t: 'theme', 'Shift+?': 'help', p: 'workspace', e: 'workspace', d: 'workspace' };
  const { page, context, errors } = await visit(session, { ...coarse, smooth: true, query: `?step=40&stopAt=100000&speed=5&batch=64&validation=64&hide=${[...new Set(Object.values(keys))]}`, before: speedsTold });
  await until(page, 'the moment', (s) => s.state === 'paused' && s.shownStep === 40);
  await rests(page);
  const rest = await state(page);
  assert.ok(rest.step >= 40 && rest.step < 100000, `step ${rest.step}`);
  assert.equal(rest.live, false);
  assert.deepEqual([rest.speed, rest.settings.steps, rest.problems], [5, 100000, []]);
  assert.deepEqual(await page.evaluate(() => window.speeds), [0, 5]);
  for (const key of Object.keys(keys)) {
    await page.keyboard.press(key);
    await drawn(page);
    assert.deepEqual(await state(page), rest, key);
  }
  assert.deepEqual(errors, []);
  await context.close();
});

test('the element is small and loads nothing until it comes into sight', async () => {
  const script = fs.readFileSync(path.join(dist, 'attention-ladder.js'));
  const packed = zlib.gzipSync(script, { level: 9 }).length;
  console.log(`the element: ${packed} bytes compressed`);
  assert.ok(packed < 6000);
  const { page, context, errors } = await lecture(`<script src="${session.address}attention-ladder.js"></script><div style="height:3000px">Text</div>
    <attention-ladder panels="ladder" seed="5" speed="0" stop-at="30" learning-rate="0.05"></attention-ladder>`);
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.waitForTimeout(500);
  assert.deepEqual(asked, []);
  assert.equal(await page.evaluate(() => document.querySelector('attention-ladder').shadowRoot.querySelectorAll('iframe').length), 0);
  const done = page.evaluate(() => new Promise((resolve) => { document.querySelector('attention-ladder').addEventListener('finished', ({ detail }) => resolve(detail), { once: true }); }));
  await page.evaluate(() => document.querySelector('attention-ladder').scrollIntoView());
  assert.equal((await done).step, 30);
  const result = await page.evaluate(async () => {
    const ladder = document.querySelector('attention-ladder');
    const settings = await ladder.get('settings');
    const refused = await ladder.set({ heads: 99 }).catch((error) => error.code);
    await ladder.set({ speed: 50 });
    const csv = await ladder.export('csv');
    const loaded = new Promise((resolve) => { ladder.addEventListener('load', ({ detail }) => resolve(detail.seed), { once: true }); });
    ladder.seed = 8;  // another run needs another page
    return { seed: settings.seed, rate: settings['learning-rate'], refused, lines: csv.trim().split('\n').length, next: await loaded, attribute: ladder.getAttribute('seed') };
  });
  assert.deepEqual(result, { seed: 5, rate: 0.05, refused: 'bad-value', lines: 5, next: 8, attribute: '8' });
  assert.deepEqual(errors, []);
  await context.close();
});

// Without: the upgrade of properties, the observer of all attributes, #ready = false where a new page is due, the poster after unload() and
// load() in #send of web/attention-ladder.js; whole() there; the text of the speed.
test('the element takes what it was given before its script, follows every attribute, and its commands belong to the page that those speak of', async () => {
  const { page, context, errors } = await lecture('<attention-ladder autoplay="false" panels="ladder" style="width:300px"></attention-ladder>');
  const result = await page.evaluate(async (source) => {
    const ladder = document.querySelector('attention-ladder');
    ladder.seed = 5;
    await new Promise((resolve) => { document.head.append(Object.assign(document.createElement('script'), { src: source, onload: resolve })); });
    const out = { attribute: ladder.getAttribute('seed'), seed: (await ladder.get('settings')).seed };
    const inside = () => [...ladder.shadowRoot.querySelectorAll('iframe, .poster')].map((node) => node.localName).join();
    ladder.pause().catch(() => {});  // on its way when the page goes
    ladder.setAttribute('learning-rate', 0.25);
    ladder.hide = 'reset';
    out.rate = (await ladder.get('settings'))['learning-rate'];
    out.hidden = (await ladder.get()).hidden.includes('reset');
    await ladder.reset(ladder.seed);  // a property is a text, or null
    out.reset = (await ladder.get('settings')).seed;
    await ladder.reset(ladder.speed);
    out.sought = await Promise.all(['9', 'first'].map((step) => ladder.seek(step).catch(({ code }) => code)));
    ladder.textSize = 130;
    out.live = (await ladder.get()).textSize;
    ladder.speed = 'fast';
    await ladder.get();
    out.before = inside();
    const left = ladder.get().catch(({ message }) => message);
    ladder.unload();
    out.left = await left;
    out.unloaded = inside();
    out.again = (await ladder.get('settings')).seed;
    ladder.remove();
    out.gone = await ladder.get().catch(({ message }) => message);
    return out;
  }, `${session.address}attention-ladder.js`);
  assert.deepEqual(result, { attribute: '5', seed: 5, rate: 0.25, hidden: true, reset: 5, sought: ['impossible', 'bad-value'], live: 130, before: 'iframe', left: 'The page was taken away.', unloaded: 'div', again: 5, gone: 'The element is in no document, so it has no page.' });
  assert.equal(errors.length, 1);
  assert.match(errors[0], /^<attention-ladder speed="fast">: .*\.$/);
  await context.close();
});

// Without: #showPoster, #shape and live in web/attention-ladder.js.
test('the element has its picture, its shape, its methods, and a theme that changes while it runs', async () => {
  const { page, context, errors } = await lecture(`<script src="${session.address}attention-ladder.js"></script>`);
  const result = await page.evaluate(async () => {
    const ladder = Object.assign(document.createElement('attention-ladder'), { title: 'A ladder', poster: 'data:image/gif;base64,R0lGODlhAQABAAAAACw=' });
    for (const [name, value] of Object.entries({ ratio: '2 / 1', autoplay: 'false', theme: 'light', batch: 64, validation: 64, 'evaluate-every': 1, style: 'width:600px' })) ladder.setAttribute(name, value);
    const wished = new Promise((resolve) => { ladder.addEventListener('resize', ({ detail }) => resolve(detail.height), { once: true }); });
    document.body.append(ladder);
    const root = ladder.shadowRoot, out = {}, poster = root.querySelector('img.poster');
    out.poster = [poster.src === ladder.poster, poster.alt];
    out.ratio = ladder.offsetHeight;
    const first = await ladder.get(), page = root.querySelector('iframe');
    out.begun = [root.querySelector('.poster'), first.step, first.dark];
    ladder.setAttribute('fit', '');
    out.fit = ladder.offsetHeight === await wished && ladder.offsetHeight !== out.ratio;
    ladder.removeAttribute('fit');
    ladder.setAttribute('ratio', '3 / 1');
    out.other = ladder.offsetHeight;
    const reaches = async (condition) => {
      for (;;) {
        const now = await ladder.get();
        if (condition(now)) return now;
        await new Promise((next) => { setTimeout(next, 100); });
      }
    };
    ladder.theme = 'dark';
    await reaches((now) => now.dark);
    await ladder.stepOnce();
    out.step = (await reaches((now) => now.step > 0 && now.state === 'paused')).step;
    await ladder.play();
    await reaches((now) => now.step > 3);
    await ladder.pause();
    const { step } = await reaches((now) => now.state === 'paused');
    out.sought = [(await ladder.seek(1)).step, (await ladder.get()).shownStep];
    out.newest = [(await ladder.command('seek', { step: 'newest' })).type, (await ladder.get()).live];
    await ladder.reset(9);
    const anew = await reaches((now) => now.seed === 9 && now.snapshots > 0);
    out.anew = anew.step < step;
    out.same = page === root.querySelector('iframe');
    return out;
  });
  assert.deepEqual(result, { poster: [true, 'A ladder'], ratio: 300, begun: [null, 0, false], fit: true, other: 200, step: 1, sought: [1, 1], newest: ['answer', true], anew: true, same: true });
  assert.deepEqual(errors, []);
  await context.close();
});

// Without: App::wanted_height (720 at most, and the panels' height for the equations).
test('a frame that is as high as the page wishes shows all panels without scrolling, or all of the equations', async () => {
  const { page, context, errors } = await lecture(`<script src="${session.address}attention-ladder.js"></script>`);
  const shown = async (attributes) => {
    const height = await page.evaluate(async (given) => {
      const ladder = document.createElement('attention-ladder');
      for (const [name, value] of Object.entries({ fit: '', autoplay: 'false', batch: 64, validation: 64, style: 'width:800px', ...given })) ladder.setAttribute(name, value);
      document.body.replaceChildren(ladder);
      const { height: wished } = await new Promise((resolve) => { ladder.addEventListener('resize', ({ detail }) => resolve(detail)); });
      await ladder.get();
      return [wished, ladder.offsetHeight];
    }, attributes);
    const inside = page.frames()[1];
    await inside.waitForFunction((wished) => document.getElementById('canvas').clientHeight === wished, height[0]);
    await inside.waitForFunction(() => window.ladder.state().snapshots > 0);
    await rests(inside);
    return { height: height[1], panels: await inSight(inside) };
  };
  const all = await shown({});
  assert.deepEqual(all.panels, ['chain', 'attention', 'ladder', 'curves']);
  assert.ok(all.height > 1000 && all.height <= 2700, `${all.height}`);
  const equations = await shown({ workspace: 'theory' });
  assert.ok(equations.height >= 600 && equations.height < all.height, `${equations.height}`);
  assert.deepEqual(errors, []);
  await context.close();
});

// Without: what web/attention-ladder.js does with a failure, and the message of web/arrival.js (commands wait for ever).
test('a page that cannot begin rejects the element\u2019s commands with its sentence, until it is loaded again', async () => {
  const html = `<script src="${session.address}attention-ladder.js"></script><attention-ladder autoplay="false" style="width:300px"></attention-ladder>`;
  const refusals = async (page) => {
    const ask = async (name) => {
      await page.evaluate((kept) => { document.querySelector('attention-ladder').get().catch(({ code, message }) => { window[kept] = `${code}: ${message}`; }); }, name);
      return (await page.waitForFunction((kept) => window[kept], name)).jsonValue();
    };
    return [await ask('first'), await ask('second')];
  };
  const { page, context } = await lecture(html, { before: withoutWebGL });
  for (const told of await refusals(page)) assert.match(told, /^failed: This browser gives no WebGL 2/);
  await context.close();

  const cut = await contextOf(session), other = await cut.newPage();
  await other.route(/\/assets\/page\./, (route) => route.abort());
  await other.goto(`${course.origin}/lecture`);
  for (const told of await refusals(other)) assert.match(told, /^failed: A part of this page did not arrive/);
  await other.unroute(/\/assets\/page\./);
  assert.equal((await other.evaluate(() => { const ladder = document.querySelector('attention-ladder'); ladder.load(); return ladder.get(); })).seed > 0, true);
  await cut.close();
});

// Without: the load in #follow of web/attention-ladder.js.
test('the element begins when its page\u2019s address comes after it', async () => {
  const { page, context, errors } = await lecture('<attention-ladder autoplay="false" style="width:300px"></attention-ladder>');
  await page.evaluate(fs.readFileSync(path.join(dist, 'attention-ladder.js'), 'utf8'));  // which so knows no address beside it
  while (!errors.length) await page.waitForTimeout(20);
  assert.match(errors.join(), /needs the address of the page/);
  await page.evaluate((src) => {
    const ladder = document.querySelector('attention-ladder');
    ladder.addEventListener('ready', () => { window.begun = true; }, { once: true });
    ladder.src = src;
  }, `${session.address}index.html`);
  await page.waitForFunction(() => window.begun);
  await context.close();
});

// Without: the release of a blob in web/pool.js.
test('the one file keeps no text of a worker that has begun or ended', async () => {
  const counted = () => {
    window.blobs = new Set();
    const { createObjectURL, revokeObjectURL } = URL;
    URL.createObjectURL = (blob) => { const address = createObjectURL.call(URL, blob); window.blobs.add(address); return address; };
    URL.revokeObjectURL = (address) => { window.blobs.delete(address); revokeObjectURL.call(URL, address); };
  };
  const { page, context, errors } = await visit(session, { query: 'attention-ladder.html?speed=0&steps=20&batch=64&workers=2', before: `(${counted})()` });
  await page.waitForFunction(() => window.ladder && window.ladder.state().state === 'finished');
  await page.waitForFunction(() => window.blobs.size === 0);
  assert.deepEqual(errors, []);
  await context.close();
});

// Memory of the browser's pages and workers, shared parts shared out: bytes.
async function memory() {
  const cdp = await session.browser.newBrowserCDPSession();
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
  await cdp.detach();
  const kilobytes = (pid) => {
    try {
      return Number(/^Pss:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]);
    } catch {
      return 0;  // it has ended meanwhile
    }
  };
  return 1024 * processInfo.filter((process) => process.type === 'renderer').reduce((sum, { id }) => sum + kilobytes(id), 0);
}

test('twelve on one page: those in sight train, none loses its surface, memory stays in bounds', async () => {
  const before = await memory();
  const count = 12;
  const { page, context, errors } = await lecture(`<script src="${session.address}attention-ladder.js"></script>` +
    Array.from({ length: count }, (_, i) => `<h2>${i + 1}</h2><attention-ladder id="l${i}" seed="${i + 1}" panels="attention,ladder" workers="1" style="width:700px"></attention-ladder>`).join(''), { width: 800, height: 600 });
  await page.evaluate(() => {
    window.steps = {};
    window.problems = [];
    for (const ladder of document.querySelectorAll('attention-ladder')) {
      ladder.addEventListener('step', ({ detail }) => { window.steps[ladder.id] = detail.step; });
      ladder.addEventListener('error', ({ detail }) => window.problems.push(detail));
    }
  });
  const devtools = await context.newCDPSession(page);
  let most = 0;
  for (let i = 0; i < count; ++i) {
    await page.evaluate((id) => document.getElementById(id).scrollIntoView({ block: 'center' }), `l${i}`);
    await page.waitForFunction((id) => window.steps[id] >= 10, `l${i}`);
    await devtools.send('HeapProfiler.collectGarbage');
    most = Math.max(most, await memory());
  }
  await page.waitForTimeout(700);
  const rest = await page.evaluate(() => ({ ...window.steps }));
  // Back at the first: it shows its picture, takes its surface again and goes on where it was.
  await page.evaluate(() => document.getElementById('l0').scrollIntoView({ block: 'center' }));
  await page.waitForFunction((step) => window.steps.l0 > step, rest.l0);
  assert.equal(await page.evaluate(() => window.steps.l6), rest.l6, 'one out of sight does not train');
  const surfaces = await Promise.all(page.frames().slice(1).map((f) => f.evaluate(() => ({
    lost: document.getElementById('canvas').getContext('webgl2').isContextLost(), failed: document.body.classList.contains('failed'), picture: !document.querySelector('.last-picture').hidden,
  }))));
  assert.equal(surfaces.length, count);
  assert.ok(surfaces.every((s) => !s.failed));
  assert.ok(surfaces.every((s) => s.lost === s.picture), 'a surface given back has its last picture in its place');
  assert.ok(surfaces.filter((s) => s.lost).length >= count - 4);
  await page.waitForTimeout(300);
  await picture(page, 'twelve-elements.png');
  console.log(`twelve elements: ${((most - before) / 1e6).toFixed(0)} MB at most`);
  // 600 MB are aimed at. Twelve frames hold up to 5 MB each of what the engine's collector has not taken yet, whenever it likes to.
  assert.ok(most - before < 600e6 + count * 5e6, `${most - before} bytes`);
  assert.deepEqual(await page.evaluate(() => window.problems), []);
  assert.deepEqual(errors, []);
  await context.close();
});

test('at the sizes that course sites give it has the panels that there is room for, or those that were chosen', async () => {
  const all = ['attention', 'chain', 'curves', 'ladder'], few = ['attention', 'ladder'];
  const views = {
    '': [[540, 300, few], [640, 360, few], [1000, 720, all], [390, 600, all]], '&panels=curves&hide=timeline': [[540, 300, ['curves']]],
    '&panels=attention,ladder,curves&hide=step,reset': [[800, 500, ['attention', 'curves', 'ladder']]],
  };
  for (const [query, sizes] of Object.entries(views)) {
    const { page, context, errors } = await visit(session, { ...coarse, query: `?embed=true&speed=0&steps=30&batch=64&validation=64${query}`, dark: query.includes('800') });
    await page.waitForFunction(() => window.ladder && window.ladder.state().state === 'finished');
    for (const [width, height, panels] of sizes) {
      await page.setViewportSize({ width, height });
      await page.waitForFunction((wanted) => document.getElementById('canvas').width === wanted, Math.round(width * (coarse.scale || 1)));
      await drawn(page);
      await picture(page, `embed-${width}x${height}${query ? '-chosen' : ''}.png`);
      assert.deepEqual(await inReach(page), panels);
    }
    assert.deepEqual(errors, []);
    await context.close();
  }
});

// Without: the sentence in save() of web/handover.js nothing tells that the browser kept the file.
test('in a sandbox that may hold a file back, saving says so once', async () => {
  const { page, context } = await lecture(`<iframe sandbox="allow-scripts" src="${session.address}?autoplay=false" width="900" height="600"></iframe>`);
  const inside = page.frames()[1];
  await inside.waitForFunction(() => window.ladder && window.ladder.state().snapshots > 0);
  await inside.evaluate(() => { for (let i = 0; i < 2; ++i) document.querySelector('[data-do=save]').click(); });
  await inside.waitForFunction(() => window.ladder.state().problems.length > 0);
  const { problems } = await inside.evaluate(() => window.ladder.state());
  assert.equal(problems.length, 1);
  assert.match(problems[0], /allows no downloads\. Open this page by itself/);
  // A dialog's button there submits nothing.
  assert.equal(await inside.evaluate(() => { const dialog = document.getElementById('licences'); dialog.showModal(); dialog.querySelector('button').click(); return dialog.open; }), false);
  await context.close();
});
