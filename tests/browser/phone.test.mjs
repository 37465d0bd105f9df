// A finger on the real page: what it scrolls follows it and is not pressed, its notes leave with it, and what it closes does not pass it on.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { arriving, coarse, drawn, open, rests, state, until, visit } from './support.mjs';

let session;
before(async () => { session = await open(); });
after(async () => { await session.close(); });

const phone = { ...coarse, smooth: true, still: true, touch: true, width: 390, height: 844 };

// Of a page: what a finger does, and the picture once nothing moves.
async function hand(page, context) {
  const device = await context.newCDPSession(page);
  const send = (type, ...points) => device.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y]) => ({ x, y, id: 0 })) });
  const looks = async () => {
    await drawn(page);
    await rests(page);
    return page.screenshot();
  };
  // From there up or down; rested: after the button was held.
  const draw = async (x, y, by, rested = false) => {
    if (rested) await page.evaluate(() => { window.held = new Promise((done) => { document.getElementById('canvas').addEventListener('mousedown', done, { once: true }); }).then(() => true); });
    await send('touchStart', [x, y]);
    if (rested) assert.ok(await page.evaluate(() => window.held), 'it rested');
    for (let part = 1; part <= 5; ++part) await send('touchMove', [x, y + by * part / 5]);
    await send('touchEnd');
    return looks();
  };
  const tap = async (x, y) => {
    await page.touchscreen.tap(x, y);
    await drawn(page);
    return looks();
  };
  const rest = async (x, y) => {
    await send('touchStart', [x, y]);
    await page.waitForTimeout(1500);
    return looks();
  };
  const lift = async () => {
    await send('touchEnd');
    await drawn(page);
    return looks();
  };
  return { send, looks, draw, tap, rest, lift };
}

// The upper edge of the maps, as the wheel with Ctrl tells.
const mapTop = (page) => page.evaluate(() => {
  const isMap = (y) => !document.querySelector('canvas').dispatchEvent(new WheelEvent('wheel', { clientX: 200, clientY: y, deltaY: 0, ctrlKey: true, bubbles: true, cancelable: true }));
  for (let y = 0; y < innerHeight; ++y) if (isMap(y)) return y;
  return -1;
});

// Without: App::Impl::passes_over, what scrolls under a finger is explained on the way; finger_notch in src/ui/app_draw.cpp, it lags behind.
test('a note by a tap leaves with the next touch, and what is scrolled follows the finger', async () => {
  const { context, page, errors } = await visit(session, { ...phone, query: '?seed=7&autoplay=false&batch=64&validation=64' });
  await until(page, 'a rest', (s) => s.state === 'paused' && s.shownStep === 0);
  const { send, looks, draw, tap } = await hand(page, context);
  const top = await looks(), maps = await mapTop(page);
  assert.ok(maps > 400, `${maps}`);
  assert.ok(!(await tap(250, 320)).equals(top), 'a rung is explained');
  const scrolled = await draw(100, 560, -200);
  assert.ok(Math.abs(await mapTop(page) - (maps - 200)) <= 1, `${maps} became ${await mapTop(page)}`);
  assert.ok((await draw(300, 340, 200)).equals(top), 'as it was, without a note');
  assert.ok((await draw(300, 540, -200)).equals(scrolled), 'a finger that starts elsewhere lights nothing up');
  await draw(300, 340, 200);
  await send('touchStart', [250, 320]);
  for (const y of [290, 320]) await send('touchMove', [250, y]);
  assert.ok((await looks()).equals(top), 'nothing is explained on the way');
  await send('touchEnd');
  assert.deepEqual(errors, []);
  await context.close();
});

// Without: meant() in src/ui/draw.cpp, a finger that asked presses; closed_at in App::Impl::passes_over, the tap opens the lessons, and one beside a menu or on it asks for a note of what lies under it.
test('a tap that closes the help or a menu does nothing else, and a finger that rests on a button does not press it', async () => {
  const { context, page, errors } = await visit(session, { ...phone, query: '?seed=7&autoplay=false&batch=64&validation=64' });
  await until(page, 'a rest', (s) => s.state === 'paused' && s.shownStep === 0);
  const { looks, tap, rest, lift } = await hand(page, context);
  const top = await looks();
  const mark = [366, 28], lessons = [85, 28], share = [262, 28], run = [60, 115];
  await tap(...mark);
  await until(page, 'the help', (s) => s.helpOpen);
  assert.ok((await tap(...lessons)).equals(top));
  assert.deepEqual((({ helpOpen, workspace }) => ({ helpOpen, workspace }))(await state(page)), { helpOpen: false, workspace: 'run' });
  assert.ok(!(await tap(...share)).equals(top), 'a menu');
  assert.ok((await tap(...run)).equals(top));
  assert.equal((await state(page)).state, 'paused');
  assert.ok(!(await rest(...run)).equals(top), 'a finger that rests on a button asks what it does');
  assert.ok((await lift()).equals(top));
  assert.equal((await state(page)).state, 'paused');
  await tap(...lessons);
  await until(page, 'the lessons', (s) => s.workspace === 'lessons');
  assert.deepEqual(errors, []);
  await context.close();
});

// Without: the way from 'held' to 'scroll' in web/touch.js, the lesson stays where it is.
test('a finger that rested on a lesson scrolls it, and presses no bet that it came from', async () => {
  const long = Array.from({ length: 30 }, (_, i) => `Line ${i} of a text that is longer than its place.\n\n`).join('');
  const { context, page, errors } = await visit(session, { ...phone, query: '?speed=0&steps=20&batch=64&validation=64&lesson=mine.md', before: arriving({ 'mine.md': `# Mine\n\n## One\n${long}## Two\n@bet last-class\n` }) });
  await until(page, 'the end', (s) => s.lesson && s.lesson.text.length > 0 && s.snapshots > 0 && s.state !== 'running');
  const { looks, draw } = await hand(page, context);
  const top = await looks();
  assert.ok(!(await draw(120, 700, -150, true)).equals(top));
  assert.ok((await draw(120, 600, 170, true)).equals(top));
  await page.keyboard.press('Enter');
  await until(page, 'the bet', (s) => s.lesson.step === 2 && s.lesson.choices.length > 1);
  await draw(120, 620, 60, true);
  assert.equal((await state(page)).lesson.choice, -1);
  await page.touchscreen.tap(120, 620);
  await until(page, 'a bet', (s) => s.lesson.choice >= 0);
  assert.deepEqual(errors, []);
  await context.close();
});
