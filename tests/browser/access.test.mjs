// The page for everyone: axe-core finds nothing on the HTML around the canvas in any of its states, a keyboard alone drives
// all of it, changes are told in words, text grows to twice its size, and without WebGL there is something to read.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { coarse, contextOf, drawn, inReach, open, picture, state, until, visit, withoutWebGL } from './support.mjs';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let session;
before(async () => { session = await open(); });
after(async () => { await session.close(); });

const shot = (page, name) => picture(page, `access-${name}.png`);

async function clean(page, what) {
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate(() => window.axe.run());
  assert.deepEqual(violations.map((v) => `${what}: ${v.id}, ${v.help}: ${v.nodes.map((n) => `${n.html} ${n.failureSummary}`).join('; ')}`), []);
  assert.ok(passes.length > 5);
}

test('axe-core finds nothing before, while and after loading', async () => {
  const context = await contextOf(session);
  const page = await context.newPage();
  let deliver;
  const held = new Promise((resolve) => { deliver = resolve; });
  await page.route(/ladder-page/, async (route) => { await held; await route.continue(); });
  await page.goto(session.address, { waitUntil: 'commit' });
  await page.waitForSelector('#status');
  await clean(page, 'loading');
  deliver();
  await page.waitForSelector('body.running');
  await until(page, 'the first snapshots', (s) => s.snapshots > 1);
  await clean(page, 'running');
  await context.close();
});

for (const dark of [false, true])
  test(`axe-core finds nothing in the form, ${dark ? 'dark and in Chinese' : 'light'}`, async () => {
    const { page, context, errors } = await visit(session, { query: `?speed=0&steps=20&lesson=the-task${dark ? '&locale=zh' : ''}`, dark, width: dark ? 390 : 1280, height: dark ? 844 : 720 });
    await until(page, 'the lesson', (s) => s.lesson && s.lesson.text.length > 0);
    await page.keyboard.press('c');
    await page.waitForFunction(() => document.activeElement.id === 'about');
    await page.evaluate(() => { for (const group of document.querySelectorAll('#mirror details')) group.open = true; });
    for (const id of ['of-heads', 'head-1', 'branch-name', 'flow-heads', 'sweep-name-1']) await page.waitForSelector(`#mirror-${id}`);
    await page.waitForTimeout(350);
    await clean(page, 'form');
    for (const [name, at] of [['', 'run'], ['-travel', 'mirror-travel-title'], ['-settings', 'mirror-of-heads'], ['-studies', 'mirror-studies']]) {
      await page.evaluate((id) => (document.getElementById(id) || document.querySelector(`[data-do=${id}]`)).scrollIntoView(), at);
      await shot(page, `form${name}${dark ? '-dark' : ''}`);
    }
    assert.deepEqual(errors, []);
    await context.close();
  });

test('without WebGL there is a picture and the text of the lesson, and axe-core finds nothing', async () => {
  const { page, context, errors } = await visit(session, { query: '?lesson=the-climb', before: withoutWebGL });
  await page.waitForSelector('#reading article');
  assert.equal(await page.getAttribute('#reading article', 'id'), 'the-climb');
  assert.ok(await page.evaluate(async () => { const image = document.querySelector('#reading img'); await image.decode(); return image.naturalWidth > 600; }));
  assert.ok((await page.textContent('#reading')).length > 8000);
  assert.ok(!/[{}@]|\*\*/.test(await page.textContent('#reading')));
  await clean(page, 'without WebGL');
  await picture(page, 'access-without-webgl.png');
  await page.goto(`${session.address}reading.html`);
  await clean(page, 'the lessons to be read');
  assert.equal(await page.evaluate(() => document.scrollingElement.scrollHeight > 0 && getComputedStyle(document.querySelector('main')).overflow), 'auto');
  assert.deepEqual(errors, []);
  await context.close();
});

// Somebody with nothing but a keyboard.
function keyboard(page) {
  const press = async (...keys) => { for (const key of keys) await page.keyboard.press(key); };
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.dataset.do || document.activeElement.tagName);
  // Tab until the element is reached.
  const reach = async (wanted) => {
    for (let i = 0; i < 90; ++i) {
      if (await focused() === wanted) return;
      await press('Tab');
    }
    assert.fail(`Tab does not reach ${wanted}.`);
  };
  return { press, focused, reach };
}

test('a keyboard alone drives the page', async () => {
  const { page, context, errors } = await visit(session, { ...coarse, query: '?speed=20&steps=40000&seed=1&batch=128&validation=200' });
  const { press, focused, reach } = keyboard(page);
  await until(page, 'a running model', (s) => s.state === 'running' && s.step > 0);

  // On the canvas: its own keys.
  await press(' ');
  await until(page, 'a pause', (s) => s.state === 'paused');
  const before = (await state(page)).step;
  await press('ArrowRight');
  const newest = await until(page, 'one step', (s) => s.step === before + 1 && s.shownStep === s.step);
  await press('ArrowLeft');
  await until(page, 'the moment before', (s) => s.live === false && s.shownStep < newest.shownStep);
  await press('Shift+ArrowRight');
  assert.equal((await until(page, 'the moment after', (s) => s.shownStep === newest.shownStep)).step, before + 1);
  await press('Shift+ArrowRight');
  await until(page, 'now', (s) => s.live);
  await press('t');
  await until(page, 'dark', (s) => s.dark);
  await press('t');
  await until(page, 'light', (s) => !s.dark);
  await press('Shift+?');
  await until(page, 'the keys', (s) => s.helpOpen);
  await drawn(page);
  await shot(page, 'keys');
  await press('Escape');
  await until(page, 'no keys', (s) => !s.helpOpen);
  await press('d');
  await until(page, 'the equations', (s) => s.workspace === 'theory');
  await press('d', 'n');
  await until(page, 'another seed', (s) => s.workspace === 'run' && s.seed === 2);
  await press('+');
  await until(page, 'larger text', (s) => s.textSize === 115);
  await press('-');
  await until(page, 'the usual text', (s) => s.textSize === 100);

  // Into the form, backwards, and out of it.
  await press('Shift+Tab');
  assert.ok(await page.evaluate(() => document.getElementById('about').contains(document.activeElement)));
  await press('Escape');
  assert.equal(await focused(), 'canvas');
  await press('c');
  await page.waitForFunction(() => document.activeElement.id === 'about');

  await reach('run');
  await press('Enter');
  await until(page, 'running or paused by the button', (s) => s.state === 'paused');
  await reach('mirror-speed');
  await press('End');
  await until(page, 'full speed', (s) => s.settings.speed === 0);
  await reach('mirror-preset');
  await page.keyboard.type('Figures 6');
  await reach('mirror-seed');
  await press('Control+a');
  await page.keyboard.type('12');
  await press('Enter');
  const chosen = await until(page, 'the preset and the seed', (s) => s.seed === 12 && s.preset !== 'default');
  assert.match(chosen.preset, /^figure-6/);
  await reach('mirror-theme');
  await press('End');
  await until(page, 'dark', (s) => s.dark);
  await reach('mirror-text');
  await press('End');
  await until(page, 'text of twice the size', (s) => s.textSize === 200);
  await press('Home', 'ArrowDown', 'ArrowDown');
  await until(page, 'text of the usual size', (s) => s.textSize === 100);

  // Back through the run, on from there, a branch and back, another head.
  await until(page, 'some moments', (s) => s.snapshots > 8);
  await reach('mirror-travel-title');
  await press('Enter');
  await reach('backwards');
  await press('Enter');
  await until(page, 'playing backwards', (s) => s.live === false);
  await reach('mirror-playback');
  await press('End');
  await until(page, 'eight times as fast', (s) => s.moment.playbackSpeed === 8);
  await reach('resume');
  await press('Enter');
  await until(page, 'the newest moment', (s) => s.live);
  await reach('mirror-branch-value');  // of the learning rate, to begin with
  await press('Control+a');
  await page.keyboard.type('0.02');
  await press('Enter');
  const branched = await until(page, `a branch (${await page.textContent('#mirror-news')})`, (s) => s.branch);
  assert.match(branched.branch.difference, /learning rate/);
  await reach('swap');
  await press('Enter');
  await until(page, 'the run before', (s) => s.branch.showingOther);
  await reach('leave');
  await press('Enter');
  await until(page, 'no branch', (s) => !s.branch);
  await reach('mirror-heads-title');
  await press('Enter');
  await reach('mirror-head-1');
  await press('ArrowDown');
  await until(page, 'the answer', (s) => /^Loss /.test(s.whatIf));
  await page.waitForFunction(() => /^Loss /.test(document.getElementById('mirror-heads-words').textContent));
  await reach('trained');
  await press('Enter');
  await until(page, 'heads as trained', (s) => !s.whatIf);

  // A setting, a wrong one first.
  await reach('SUMMARY');
  await press('Enter');
  await page.waitForSelector('#mirror-of-heads');
  await reach('mirror-of-heads');
  await press('Control+a');
  await page.keyboard.type('many');
  await press('Enter');
  await page.waitForFunction(() => /heads/i.test(document.querySelector('.mirror-problem').textContent));
  await press('Control+a');
  await page.keyboard.type('2');
  await press('Enter');
  await until(page, 'two heads', (s) => s.settings.heads === 2);

  // A lesson with its bets, to its end.
  await reach('mirror-lesson');
  await page.keyboard.type('The task');
  await press('Tab', 'Enter');
  await until(page, 'the lesson', (s) => s.lesson && s.lesson.name === 'the-task');
  await page.waitForFunction(() => document.activeElement.id === 'mirror-step');
  const steps = (await state(page)).lesson.steps;
  let bets = 0;
  for (let step = 1; step <= steps; ++step) {
    const at = await until(page, `step ${step}`, (s) => s.lesson.step === step);
    await page.waitForFunction(() => document.activeElement.id === 'mirror-step');
    if (at.lesson.choices) {
      await page.waitForSelector('#mirror-bet:not([hidden])');
      await press('Tab', ' ', 'Enter');
      await until(page, 'the bet', (s) => s.lesson.choice >= 0);
      bets += 1;
      await until(page, 'its answer', (s) => s.lesson.done);
    }
    if (step === steps) break;
    await reach('next');
    await press('Enter');
  }
  assert.equal(bets, 2);
  assert.ok((await page.textContent('#mirror-words')).length > 50);
  await reach('close');
  await press('Enter');
  await until(page, 'no lesson', (s) => !s.lesson);

  // A figure with its verdict, the equations, a sweep.
  await reach('mirror-paper-title');
  await press('Enter');
  await reach('mirror-figure');
  await page.waitForSelector('#mirror-figure option', { state: 'attached' });
  const down = await page.evaluate(() => [...document.getElementById('mirror-figure').options].findIndex((option) => option.value === '10'));
  await press(...Array(down).fill('ArrowDown'));
  await until(page, 'figure 10', (s) => s.workspace === 'paper' && s.figure === '10');
  await reach('figure');
  await press('Enter');
  await until(page, 'its verdict', (s) => s.figures['10']);
  assert.match(await page.textContent('#mirror-claim'), /^The paper: /);
  await page.waitForFunction(() => /^As in the paper, seed/.test(document.getElementById('mirror-verdict').textContent));
  await reach('mirror-theory-title');
  await press('Enter');
  await reach('mirror-flow-heads');
  await press('Control+a');
  await page.keyboard.type('2');
  await press('Enter');
  await until(page, 'the equations of two heads', (s) => s.workspace === 'theory' && s.theory.settings.heads === '2' && s.theory.solved);
  await page.waitForFunction(() => /Pattern 1 at time/.test(document.getElementById('mirror-flow-words').textContent));
  await reach('mirror-sweep-title');
  await press('Enter');
  await reach('mirror-sweep-values-1');
  await press('Control+a');
  await page.keyboard.type('1.5, 1.7');
  await press('Tab');
  await reach('mirror-sweep-seeds');
  await press('Control+a');
  await page.keyboard.type('1');
  await press('Enter');
  await until(page, 'a sweep', (s) => s.sweep && s.sweep.runs === 2);
  await reach('sweep');
  await press('Enter');
  await until(page, 'no sweep', (s) => s.sweep.finished === 2);
  assert.deepEqual(errors, []);
  await context.close();
});

test('a keyboard alone stops early', async () => {
  const { page, context, errors } = await visit(session, { ...coarse, query: '?preset=figure-5-600&vocabulary=12&validation=200&sequences=200&batch=200&steps=80&evaluate-every=4&speed=0' });
  const { press, reach } = keyboard(page);
  const end = await until(page, 'the end', (s) => s.state === 'finished' && s.shownStep === 80);
  await page.waitForSelector('#mirror-early:not([hidden])', { state: 'attached' });
  await press('c');
  await page.waitForFunction(() => document.activeElement.id === 'about');
  await reach('mirror-early-title');
  await press('Enter');
  await reach('compare');
  await press('Enter');
  await until(page, 'the best beside the newest', (s) => s.moment.best.beside);
  await reach('stop');
  await press('Enter');
  const rest = await until(page, 'the best moment at rest', (s) => s.state === 'paused' && s.step < 80);
  assert.equal(rest.shownStep, rest.step);
  assert.ok(rest.validationLoss < end.validationLoss);
  assert.match(rest.problems[0], /^Stopped early, as asked\./);
  assert.deepEqual(errors, []);
  await context.close();
});

test('what is typed into a dialog does not drive the run', async () => {
  const { page, context, errors } = await visit(session, { ...coarse, query: '?speed=20&steps=4000&seed=5&batch=64' });
  await until(page, 'a running model', (s) => s.state === 'running' && s.step > 0);
  await page.mouse.click(236, 83);
  await page.waitForSelector('.text-dialog[open]');
  await page.keyboard.type('never runs');
  await page.keyboard.press('Backspace');
  assert.equal(await page.inputValue('.text-dialog textarea'), 'never run');
  await drawn(page);
  const now = await state(page);
  assert.equal(now.seed, 5);
  assert.equal(now.state, 'running');
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.activeElement.id === 'canvas');
  assert.deepEqual(errors, []);
  await context.close();
});

test('rungs, phases and stages are told when they change, not every step', async () => {
  const { page, context, errors } = await visit(session, { ...coarse, query: '?speed=0&seed=7&steps=600&batch=256&validation=200' });
  await page.waitForSelector('body.running');
  await page.evaluate(() => {
    window.told = [];
    new MutationObserver(() => window.told.push(document.getElementById('status').textContent)).observe(document.getElementById('status'), { childList: true, characterData: true, subtree: true });
    document.getElementById('mirror-moment').focus();
  });
  const end = await until(page, 'the end', (s) => s.state === 'finished');
  await page.waitForFunction(() => window.told.some((text) => /The run has ended at step 600/.test(text)));
  const told = await page.evaluate(() => window.told);
  const last = told.at(-1);
  assert.ok(last.startsWith(end.sentence), last);
  assert.ok(last.includes(end.stageSentence) && last.includes(end.phaseSentence), last);
  // At most one for each change of rung or phase, one for the beginning, one for the end.
  assert.ok(told.length <= 2 * end.phases.length + 2 * end.stage + 4, told.join('\n'));
  // At now the moment goes with the run, under the focus too. Without: the slider in update() of web/mirror.js.
  assert.deepEqual(await page.evaluate(() => [document.activeElement.id, document.getElementById('mirror-moment').value]), ['mirror-moment', '600']);
  const summary = await page.textContent('#mirror-summary');
  for (const head of end.heads) assert.ok(summary.includes(head), summary);
  assert.match(summary, /Step 600, finished\. Seed 7\./);
  assert.deepEqual(errors, []);
  await context.close();
});

for (const size of [150, 200])
  test(`text of ${size} per cent: everything is there at 1280 x 720`, async () => {
    const { page, context, errors } = await visit(session, { ...coarse, query: `?text-size=${size}&speed=0&steps=60&batch=128&validation=200` });
    await until(page, 'the end', (s) => s.state === 'finished');
    assert.equal((await state(page)).textSize, size);
    await drawn(page);
    await shot(page, `text-${size}`);
    assert.deepEqual(await inReach(page), ['attention', 'chain', 'curves', 'ladder']);
    await shot(page, `text-${size}-below`);
    assert.deepEqual(errors, []);
    await context.close();
  });

test('two fingers look closer at the maps, and the page stays as large as it is', async () => {
  const { page, context, errors } = await visit(session, { ...coarse, smooth: true, query: '?speed=0&steps=40&batch=128&validation=200', touch: true });
  await until(page, 'the end', (s) => s.state === 'finished');
  const device = await context.newCDPSession(page);
  const fingers = (type, ...points) => device.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
  const spread = async (x, y) => {
    await fingers('touchStart', [x - 20, y], [x + 20, y]);
    for (const apart of [25, 32, 40]) await fingers('touchMove', [x - apart, y], [x + apart, y]);
    await fingers('touchEnd');
    await drawn(page);
  };
  await spread(1100, 600);  // the curves
  assert.equal((await state(page)).mapZoom, 1);
  await spread(460, 220);
  const zoom = (await state(page)).mapZoom;
  assert.ok(Math.abs(zoom - 2) < 0.01, `zoom ${zoom}`);
  assert.equal(await page.evaluate(() => window.visualViewport.scale), 1);
  await shot(page, 'pinched');
  // A finger that the system takes for itself taps nothing. Without: cancel() of web/touch.js.
  await page.evaluate(() => { window.pressed = 0; document.getElementById('canvas').addEventListener('mousedown', () => { window.pressed += 1; }); });
  await page.evaluate(() => {
    const canvas = document.getElementById('canvas'), touch = new Touch({ identifier: 1, target: canvas, clientX: 460, clientY: 220 });
    canvas.dispatchEvent(new TouchEvent('touchstart', { touches: [touch], changedTouches: [touch], bubbles: true, cancelable: true }));
    canvas.dispatchEvent(new TouchEvent('touchcancel', { changedTouches: [touch], bubbles: true }));
  });
  assert.equal(await page.evaluate(() => window.pressed), 0);
  // A trackpad's pinch comes as the wheel with Ctrl; the wheel alone leaves the maps as they are.
  await page.mouse.move(460, 220);
  await page.mouse.wheel(0, 120);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -30);
  await page.keyboard.up('Control');
  await until(page, 'a closer look', (s) => s.mapZoom > 2.5);
  // On a busy machine two clicks can lie more than a double click apart, counted in frames.
  for (let i = 0; i < 5 && (await state(page)).mapZoom !== 1; ++i) {
    if (i > 0) await page.waitForTimeout(500);
    await page.mouse.dblclick(460, 220);
    await drawn(page);
  }
  assert.equal((await state(page)).mapZoom, 1);
  assert.deepEqual(errors, []);
  await context.close();
});
