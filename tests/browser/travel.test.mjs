// Time travel on the real page: dragging through the history, playing it backwards, going on from a moment bit for
// bit, a branch beside its run. Prints what a frame costs while the moment on screen is dragged.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import { drawn, open, picture, state, until, visit } from './support.mjs';

let session;
before(async () => { session = await open(); });
after(async () => { await session.close(); });

const shot = (page, name) => picture(page, `travel-${name}.png`);
// The rail at 1280 x 720: from the plot's left to its right end, 18 points above the window's bottom.
const rail = { left: 70, right: 1074, y: 692 };
const drag = async (page, parts) => {
  const at = (part) => rail.left + 2 + part * (rail.right - rail.left - 2);
  await page.mouse.move(at(parts[0]), rail.y);
  await page.mouse.down();
  for (const part of parts) {
    await page.mouse.move(at(part), rail.y);
    await page.evaluate(() => new Promise((next) => { requestAnimationFrame(next); }));
  }
  await drawn(page);
  await page.mouse.up();
  await drawn(page);
};

test('dragging shows every moment at once; the run goes on from one as it had gone', async () => {
  const { context, page, errors } = await visit(session, { smooth: true, query: '?seed=7&speed=0&steps=400&evaluate-every=1&validation=200&batch=128' });
  const done = await until(page, 'the end of the run', (s) => s.state === 'finished' && s.snapshots > 390);
  const end = { loss: done.validationLoss, kl: done.kl, train: done.trainLoss };
  assert.equal(done.step, 400);
  assert.ok(done.historyBytes < 64 << 20, `${done.historyBytes} bytes`);

  await page.evaluate(() => window.ladder.resetFrames());
  await drag(page, Array.from({ length: 30 }, (_, i) => 0.95 - i / 37));
  const frames = await page.evaluate(() => window.ladder.frames());
  console.log(`scrubbing through ${done.snapshots} moments: ${(frames.total / frames.count).toFixed(1)} ms a frame in the mean of ${frames.count}, ${frames.longest.toFixed(1)} ms at most; history ${(done.historyBytes / 1048576).toFixed(1)} MB`);
  const there = await state(page);
  assert.equal(there.live, false);
  assert.ok(there.shownStep > 20 && there.shownStep < 120, `step ${there.shownStep}`);
  // States are kept of fewer moments than 400: at the paper's sizes 32 MB are about eighty.
  const near = (s) => assert.ok(s.checkpointStep <= s.shownStep && s.shownStep - s.checkpointStep < 16, `${s.checkpointStep} for ${s.shownStep}`);
  near(there);
  assert.notDeepEqual(there.kl, end.kl);
  await page.mouse.move(640, 300);
  await drawn(page);
  await shot(page, 'scrubbed');

  // Backwards to the beginning.
  await page.mouse.click(1105, rail.y);
  const back = await until(page, 'playing backwards', (s) => s.shownStep < there.shownStep && s.playback === -1);
  await until(page, 'the beginning', (s) => s.shownStep < back.shownStep || s.shownStep === 0);
  await page.mouse.click(1105, rail.y);

  // On from there: the same end, bit for bit.
  await drag(page, [0.5, 0.3, 0.25]);
  const from = await state(page);
  near(from);
  await page.evaluate(() => {
    window.least = 400;  // steps of the run at now: it can be over again before somebody looks
    setInterval(() => {
      const { live, step } = window.ladder.state();
      if (live) window.least = Math.min(window.least, step);
    }, 50);
  });
  await page.mouse.click(610, 532);
  const again = await until(page, 'the end again', (s) => s.state === 'finished' && s.live && s.shownStep === 400);
  assert.ok(await page.evaluate(() => window.least) < 400, 'it went on');
  assert.deepEqual({ loss: again.validationLoss, kl: again.kl, train: again.trainLoss }, end);
  assert.ok(again.snapshots >= 395 && from.shownStep > 50);
  assert.deepEqual(again.reached, done.reached);

  await context.close();
  assert.deepEqual(errors, []);
});

// The form beside the canvas is the same door as a host's; filled in without the pointer.
const fill = (page, id, value, event = 'change') => page.evaluate(([at, to, kind]) => {
  const field = document.getElementById(`mirror-${at}`);
  field.value = to;
  field.dispatchEvent(new Event(kind, { bubbles: true }));
}, [id, value, event]);
const press = (page, what) => page.evaluate((name) => document.querySelector(`#mirror [data-do=${name}]`).click(), what);
async function plots(page) {
  const [download] = await Promise.all([page.waitForEvent('download'), (async () => { await fill(page, 'format', 'svg .svg'); await press(page, 'save'); })()]);
  return fs.readFileSync(await download.path(), 'utf8');
}
const numbers = ({ shownStep, kl, validationLoss, trainLoss, reached }) => ({ shownStep, kl, validationLoss, trainLoss, reached });

test('a long history is scrubbed; a branch is drawn with the run before, which stays as it was', async () => {
  const { context, page, errors } = await visit(session, { query: '?seed=7&speed=0&steps=600&evaluate-every=1&validation=64&batch=64' });
  const done = await until(page, 'the end of the run', (s) => s.state === 'finished' && s.shownStep === 600);
  await page.evaluate(() => window.ladder.resetFrames());
  await drag(page, Array.from({ length: 40 }, (_, i) => 0.97 - 0.93 * Math.abs(Math.sin(i / 4))));
  const frames = await page.evaluate(() => window.ladder.frames());
  console.log(`scrubbing through ${done.snapshots} moments: ${(frames.total / frames.count).toFixed(1)} ms a frame in the mean of ${frames.count}, the worst ${frames.longest.toFixed(1)} ms; history ${(done.historyBytes / 1048576).toFixed(1)} MB`);
  await page.keyboard.press('l');
  const parent = numbers(await until(page, 'the newest moment', (s) => s.live));
  const before = await plots(page);
  assert.ok(!before.includes('the run before'));

  await fill(page, 'moment', 300, 'input');
  const moment = await until(page, 'the middle', (s) => s.live === false);
  await page.waitForSelector('#mirror-branch-name option', { state: 'attached' });
  await fill(page, 'branch-name', 'learning-rate');
  await fill(page, 'branch-value', '0.01');
  await press(page, 'branch');
  const branched = await until(page, 'the end of the branch', (s) => s.branch && s.state === 'finished' && s.shownStep === 600);
  assert.equal(branched.branch.step, moment.checkpointStep);
  assert.match(branched.branch.difference, /^learning rate .* 0\.01$/);
  assert.ok(branched.branch.otherSnapshots >= done.snapshots);
  assert.notDeepEqual(branched.kl, parent.kl);
  await page.mouse.move(640, 300);
  await drawn(page);
  await shot(page, 'branch');

  // Both runs' curves: those of the run before are the ones that it had.
  const both = await plots(page);
  assert.ok(both.includes('the run before') && both.includes(`branch: ${branched.branch.difference.replace(/>/g, '&gt;')}`));
  assert.ok(both.match(/<polyline/g).length > before.match(/<polyline/g).length);

  // The address is that of the run on screen.
  const named = (what) => page.waitForFunction((rate) => location.search.includes('learning-rate=0.01') === rate, what);
  await named(true);
  await press(page, 'swap');
  assert.deepEqual(numbers(await until(page, 'the run before', (s) => s.branch.showingOther)), parent);
  await named(false);
  // Gone on with from here, it is still the run before; what does not need a new run begins none.
  const goOn = async (step, condition) => {
    await fill(page, 'moment', step, 'input');
    await until(page, 'an earlier moment', (s) => s.live === false);
    await press(page, 'resume');
    return until(page, 'the end again', (s) => s.state === 'finished' && s.live && s.shownStep === 600 && condition(s));
  };
  const again = await goOn(400, (s) => s.branch.showingOther);
  assert.deepEqual([numbers(again), again.branch.difference, again.branch.step], [parent, branched.branch.difference, branched.branch.step]);
  await fill(page, 'speed', 50);
  assert.equal((await until(page, 'the speed', (s) => s.settings.speed === 50)).shownStep, 600);
  await press(page, 'swap');
  assert.deepEqual(numbers(await until(page, 'the branch', (s) => !s.branch.showingOther)), numbers(branched));
  assert.equal((await state(page)).settings.speed, 50);
  await fill(page, 'speed', 0);
  // The branch gone on with from a moment that both have in common parts there.
  const earlier = await goOn(100, (s) => !s.branch.showingOther);
  assert.ok(earlier.branch.step <= 100 && earlier.branch.step > 0, `${earlier.branch.step}`);
  assert.notDeepEqual(numbers(earlier), numbers(branched));
  await press(page, 'leave');
  const left = await until(page, 'the run before alone', (s) => !s.branch && s.state !== 'starting');
  assert.deepEqual(numbers(left), parent);
  assert.equal(left.settings['learning-rate'], done.settings['learning-rate']);
  assert.ok(!(await plots(page)).includes('the run before'));

  // Again is for the run on screen.
  await fill(page, 'moment', 500, 'input');
  await until(page, 'an earlier moment', (s) => s.live === false);
  await press(page, 'branch');
  await until(page, 'the end of another branch', (s) => s.branch && s.state === 'finished' && s.shownStep === 600);
  await press(page, 'swap');
  await until(page, 'the run before', (s) => s.branch.showingOther);
  await press(page, 'run');
  const anew = await until(page, 'its end, alone', (s) => !s.branch && s.state === 'finished' && s.shownStep === 600);
  assert.deepEqual([numbers(anew), anew.settings['learning-rate']], [parent, done.settings['learning-rate']]);
  await context.close();
  assert.deepEqual(errors, []);
});

// Without: back_to_now in run_view.h, L does nothing beside the run before; partings in RunDesk, a branch that was kept says no more
// what a link to it cannot hold.
test('back to now finds the run in training, and a branch stays one when it is kept', async () => {
  const { context, page, errors } = await visit(session, { query: '?seed=7&speed=0&steps=80&evaluate-every=1&validation=64&batch=64' });
  await until(page, 'the end of the run', (s) => s.state === 'finished' && s.shownStep === 80);
  await fill(page, 'moment', 40, 'input');
  await until(page, 'the middle', (s) => s.live === false);
  await page.waitForSelector('#mirror-branch-name option', { state: 'attached' });
  await fill(page, 'branch-name', 'learning-rate');
  await fill(page, 'branch-value', '0.01');
  await press(page, 'branch');
  const branched = await until(page, 'the branch', (s) => s.branch && s.state === 'finished' && s.shownStep === 80);
  assert.ok(branched.branched.includes(`It parted at step ${branched.branch.step}: ${branched.branch.difference}.`), branched.branched);
  await press(page, 'swap');
  assert.equal((await until(page, 'the run before', (s) => s.branch.showingOther)).branched, undefined);
  await page.keyboard.press('l');
  await until(page, 'the branch, which trains', (s) => !s.branch.showingOther);
  await press(page, 'keep');
  const kept = await until(page, 'the branch alone', (s) => !s.branch);
  assert.equal(kept.branched, branched.branched);
  await context.close();
  assert.deepEqual(errors, []);
});
