// Looking closer on the real page: a click on the maps takes one prediction apart, and a training step is shown in
// slow motion with its own numbers, after which the run goes on as it would have gone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { coarse, drawn, open, picture, state, until, visit } from './support.mjs';

let session;
before(async () => { session = await open(); });
after(async () => { await session.close(); });

const shot = (page, name) => picture(page, `closer-${name}.png`);
const sum = (p) => p.reduce((a, b) => a + b, 0);

test('a click on the maps takes one prediction apart, at the moment that is shown', async () => {
  const { context, page, errors } = await visit(session, { query: '?seed=7&speed=0&steps=300&validation=200&batch=256' });
  await until(page, 'the end of the run', (s) => s.state === 'finished' && s.shownStep === 300);
  // The wheel with Ctrl, as a trackpad's two fingers come, is the maps' where they are and else the browser's.
  const taken = () => page.evaluate(() => !document.querySelector('canvas').dispatchEvent(new WheelEvent('wheel', { clientX: 480, clientY: 250, deltaY: 0, ctrlKey: true, bubbles: true, cancelable: true })));
  assert.equal(await taken(), true);
  // A click that closes a menu does nothing else. Without: Tap in draw_map.
  await page.mouse.click(1175, 30);
  await drawn(page);
  await page.mouse.click(430, 200);
  await drawn(page);
  assert.equal((await state(page)).closeUp, undefined);
  await page.mouse.click(480, 250);
  const first = (await until(page, 'the close-up', (s) => s.closeUp)).closeUp;
  assert.equal(first.step, 300);
  assert.equal(await taken(), false);
  assert.ok(Math.abs(sum(first.model) - 1) < 1e-9 && Math.abs(sum(first.chain) - 1) < 1e-5, JSON.stringify(first));
  assert.ok(first.kl >= 0 && first.kl < 2, `${first.kl}`);
  await page.mouse.move(640, 660);
  await drawn(page);
  await shot(page, 'prediction');

  // Back to the untrained model: nearly every token is as likely there. The hand's last way and its release come
  // within one frame, as they do when a frame is slow: where it let go is what counts.
  await page.mouse.move(1060, 692);
  await page.mouse.down();
  await page.mouse.move(500, 692, { steps: 3 });
  await page.evaluate(() => {
    const to = { clientX: 74, clientY: 692, bubbles: true, button: 0 };
    const canvas = document.querySelector('canvas');
    canvas.dispatchEvent(new MouseEvent('mousemove', { ...to, buttons: 1 }));
    canvas.dispatchEvent(new MouseEvent('mouseup', { ...to, buttons: 0 }));
  });
  await page.mouse.up();
  const untrained = (await until(page, 'the first moment', (s) => s.closeUp && s.closeUp.step < 20)).closeUp;
  assert.equal(untrained.query, first.query);
  assert.ok(untrained.kl > first.kl, `${untrained.kl} and ${first.kl}`);
  await page.keyboard.press('Escape');
  await until(page, 'the maps', (s) => !s.closeUp);
  await context.close();
  assert.deepEqual(errors, []);
});

test('slow motion makes one step of the run and says its numbers', async () => {
  const query = '?seed=7&speed=0&steps=120&evaluate-every=1&validation=200&batch=128';
  const straight = await visit(session, { query });
  const whole = await until(straight.page, 'the end of the run', (s) => s.state === 'finished' && s.shownStep === 120);
  await straight.context.close();

  const ahead = () => {
    const now = performance.now.bind(performance);
    window.ahead = 0;
    performance.now = () => now() + window.ahead;
  };
  const { context, page, errors } = await visit(session, { query: `${query}&autoplay=false`, before: `(${ahead})()` });
  await until(page, 'a rest', (s) => s.state === 'paused' && s.shownStep === 0);
  await page.mouse.move(640, 600);
  await page.keyboard.press('s');
  const begun = await until(page, 'slow motion', (s) => s.slowMotion);
  assert.equal(begun.slowMotion.part, 'Sample');
  assert.equal(begun.shownStep, 0);
  assert.match(begun.slowMotion.sentence, /^128 new sequences/);
  await until(page, 'the step', (s) => s.slowMotion?.stepped);
  await drawn(page);
  await shot(page, 'slow-motion');
  await page.evaluate(() => { window.ahead += 5000; });  // as long as a part lasts
  await until(page, 'the next part, by itself', (s) => s.slowMotion?.part === 'Forward');
  await page.mouse.click(442, 78);
  const last = await until(page, 'the update, where it was asked for', (s) => s.slowMotion?.part === 'Update');
  assert.match(last.slowMotion.sentence, /After step 1 /);
  assert.equal((await until(page, 'the moment after', (s) => s.shownStep === 1)).step, 1);
  await page.keyboard.press('Escape');
  await until(page, 'its end', (s) => !s.slowMotion);
  // Its cross leaves nothing of the step before on screen either.
  await page.keyboard.press('s');
  await until(page, 'another step, of which the moment before is shown', (s) => s.slowMotion?.stepped && s.step === 2 && s.shownStep === 1);
  await page.mouse.click(1250, 78);
  await until(page, 'its end, at now', (s) => !s.slowMotion && s.live && s.shownStep === 2);
  // It was a step like any other.
  await page.keyboard.press(' ');
  const end = await until(page, 'the end of the run', (s) => s.state === 'finished' && s.shownStep === 120);
  assert.deepEqual({ loss: end.validationLoss, kl: end.kl }, { loss: whole.validationLoss, kl: whole.kl });
  await context.close();
  assert.deepEqual(errors, []);
});

// Without: draw_strengths_by_hand in src/ui/panel_chain.cpp; SetKeyOwner in arrow_pressed (the second arrow is navigation's).
test('a tile of the chain that is dragged, or moved by a key, makes a run with another strength', async () => {
  const { context, page, errors } = await visit(session, { ...coarse, smooth: true, query: '?seed=7&autoplay=false&batch=64&validation=64' });
  await until(page, 'a rest', (s) => s.state === 'paused' && s.shownStep === 0);
  await page.mouse.move(190, 150);  // the nearest pair
  await page.mouse.down();
  await drawn(page);
  await page.mouse.move(190, 130);
  await drawn(page);
  assert.deepEqual((await state(page)).settings.strengths, [], 'until it is let go');
  await page.mouse.up();
  const dragged = (await until(page, 'other strengths', (s) => s.settings.strengths.length === 3)).settings.strengths;
  assert.deepEqual(dragged.slice(0, 2), [1, 1.55]);
  assert.ok(dragged[2] > 2.41, `${dragged}`);
  // The first Tab gives the keyboard to the page, the second to what the mouse touched last: the farthest pair. The arrows stay with it.
  await page.mouse.click(48, 168);
  await drawn(page);
  for (const key of ['Tab', 'Tab']) {
    await page.keyboard.press(key);
    await drawn(page);
  }
  for (const [key, strength] of [['ArrowDown', 0.85], ['ArrowDown', 0.72], ['ArrowUp', 0.84]]) {
    await page.keyboard.press(key);
    await until(page, `the strength ${strength}`, (s) => s.settings.strengths[0] === strength && s.snapshots > 0);
    await drawn(page);
  }
  assert.deepEqual((await state(page)).settings.strengths.slice(1), dragged.slice(1));
  await context.close();
  assert.deepEqual(errors, []);
});

// Without: by_touch in src/ui/panel_chain.cpp (a new run); pointer(false) in web/touch.js (the mouse drags no tile).
test('a finger that rests on a tile and moves on begins no run; a mouse still does', async () => {
  const { context, page, errors } = await visit(session, { ...coarse, smooth: true, query: '?seed=7&autoplay=false&batch=64&validation=64', touch: true });
  await until(page, 'a rest', (s) => s.state === 'paused' && s.shownStep === 0);
  const device = await context.newCDPSession(page);
  const finger = (type, ...points) => device.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y]) => ({ x, y, id: 0 })) });
  await page.evaluate(() => { window.held = new Promise((done) => { document.getElementById('canvas').addEventListener('mousedown', done, { once: true }); }).then(() => true); });
  await finger('touchStart', [190, 150]);
  assert.ok(await page.evaluate(() => window.held), 'it rested');
  await drawn(page);
  await finger('touchMove', [190, 130]);
  await drawn(page);
  await finger('touchEnd');
  for (let i = 0; i < 4; ++i) await drawn(page);
  assert.deepEqual((await state(page)).settings.strengths, []);
  await page.mouse.move(190, 151);
  await page.mouse.move(190, 150);
  await drawn(page);
  await page.mouse.down();
  await drawn(page);
  await page.mouse.move(190, 130);
  await drawn(page);
  await page.mouse.up();
  await until(page, 'other strengths', (s) => s.settings.strengths.length === 3);
  await context.close();
  assert.deepEqual(errors, []);
});

// Without: follow_run in src/ui/panel_settings.cpp (the seed goes back to 7).
test('settings that are being edited keep what somebody edited, and go with the run in the rest', async () => {
  const { context, page, errors } = await visit(session, { query: '?seed=7&autoplay=false&batch=64&validation=64' });
  await until(page, 'a rest', (s) => s.state === 'paused' && s.shownStep === 0);
  await page.mouse.click(239, 376);
  await until(page, 'the settings', (s) => s.editorOpen);
  await drawn(page);
  await page.mouse.click(511, 407);
  await drawn(page);
  await page.keyboard.press('n');
  await until(page, 'another seed', (s) => s.seed === 8);
  await drawn(page);
  await page.mouse.click(840, 468);
  const applied = await until(page, 'the edited setting', (s) => s.settings['frobenius-orthogonal']);
  assert.equal(applied.seed, 8);
  await context.close();
  assert.deepEqual(errors, []);
});

// Without: the test for what is drawn (App::Impl::close_uppermost), Escape drops the draft behind the figures.
test('Escape closes what can be seen and nothing else', async () => {
  const { context, page, errors } = await visit(session, { query: '?seed=7&autoplay=false&batch=64&validation=64' });
  await until(page, 'a rest', (s) => s.state === 'paused' && s.shownStep === 0);
  await page.mouse.click(239, 376);
  await until(page, 'the settings', (s) => s.editorOpen);
  await page.keyboard.press('p');
  await until(page, 'the figures', (s) => s.workspace === 'paper');
  await page.keyboard.press('Escape');
  assert.ok((await until(page, 'the run', (s) => s.workspace === 'run')).editorOpen);
  await page.keyboard.press('Escape');
  assert.equal((await until(page, 'no settings', (s) => !s.editorOpen)).workspace, 'run');
  await context.close();
  assert.deepEqual(errors, []);
});
