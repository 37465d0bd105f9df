// What is done beside the run on screen: a sweep put together by hand, one of whose runs cannot be made, and the learned
// members of the classes, trained in the background and kept for the task.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import { drawn, hide, open, picture, state, until, visit } from './support.mjs';

let session;
before(async () => { session = await open(); });
after(async () => { await session.close(); });

// Text over what a field of the grid holds.
async function type(page, x, y, text) {
  await page.mouse.click(x, y);
  await drawn(page);
  for (const letter of text) {
    await page.keyboard.press(letter);
    await drawn(page);
  }
}

test('a grid is run side by side; a run that cannot be made is listed while the others finish', async () => {
  const { page, context, errors } = await visit(session, { query: '?figure=sweep&model=full&hidden=60&mlp=16&vocabulary=8&steps=40&validation=32&batch=32&evaluate-every=10&autoplay=false' });
  await until(page, 'the grid', (s) => s.workspace === 'paper' && s.snapshots > 0);
  // The first axis becomes the number of heads; the width of 60 cannot be divided among 7.
  await page.mouse.click(483, 125);
  await drawn(page);
  await page.mouse.click(440, 505);
  await drawn(page);
  await type(page, 688, 125, '2, 7, 3');
  await type(page, 688, 193, '4,5');
  // Where the plots of the runs will be: the first of the second row belongs to a run that will fail, its neighbour to one that will not.
  const results = { x: 392, y: 240, width: 860, height: 350 };
  const empty = await page.screenshot({ clip: results });
  // Without: the loop in page_hold and the word to a further runner (src/apps/page/main.cpp), the runs go on while nobody sees the page.
  await hide(page, true);
  await page.mouse.click(847, 147);
  await until(page, 'the first runs', (s) => s.sweep && s.sweep.finished >= 2);
  await page.waitForTimeout(700);
  assert.equal((await state(page)).sweep.finished, 2, 'only what could not be made is done with while nobody sees the page');
  await hide(page, false);
  const last = await until(page, 'the sweep', (s) => s.sweep && s.sweep.finished === s.sweep.runs);
  assert.deepEqual(last.sweep, { runs: 6, finished: 6, failed: 2 });
  assert.equal(last.state, 'paused', 'the cores were the sweep’s');
  await page.mouse.move(640, 716);
  await drawn(page);
  assert.notDeepEqual(await page.screenshot({ clip: results }), empty, 'the runs are drawn');
  await picture(page, 'sweep-1280x720.png');

  const downloading = page.waitForEvent('download');
  await page.mouse.click(932, 147);
  const rows = fs.readFileSync(await (await downloading).path(), 'utf8').trim().split('\n');
  assert.match(rows[0], /^run,heads,seed,best_step,.*failure$/);
  assert.equal(rows.length, 7);
  for (const row of rows.slice(1)) {
    if (/^"heads 7/.test(row)) assert.match(row, /The hidden width 60 cannot be divided among 7 heads\. This run was left out\./);
    else assert.match(row, /^"heads [23], seed [45]",[23],[45],\d+,[\d.]+,[\d.e-]+,\d,\d,40,.*,$/);
  }
  assert.deepEqual(errors, []);
  await context.close();
});

test('learned members are trained beside the run when they are switched on, and kept for the task', async () => {
  const { page, context, errors } = await visit(session, { query: '?speed=0&vocabulary=6&steps=60&validation=64&batch=64' });
  const before = await until(page, 'the end of the run', (s) => s.state === 'finished');
  assert.equal(before.members, undefined);
  assert.deepEqual(before.learnedKl, []);
  const click = () => page.mouse.click(410, 532);
  const measured = (s) => s.members && s.members.progress === 1 && s.learnedKl.length === 3;
  await click();
  const first = await until(page, 'the members', (s) => s.members);
  assert.ok(first.members.progress < 1, 'they are trained first');
  const values = (await until(page, 'the distances to them', measured)).learnedKl;
  for (const kl of values) assert.ok(Number.isFinite(kl) && kl >= 0, `${values}`);
  await drawn(page);
  await picture(page, 'learned-1280x720.png');

  await click();
  await until(page, 'them to go', (s) => !s.members);
  // On again, for the run made anew: nothing is trained a second time, and the same seed gives the same values.
  await page.keyboard.press('r');
  await until(page, 'the run again', (s) => s.state === 'finished' && s.learnedKl.length === 0);
  await page.evaluate(() => {
    window.least = 1;
    const watch = () => {
      const { members } = window.ladder.state();
      if (members) window.least = Math.min(window.least, members.progress);
      requestAnimationFrame(watch);
    };
    watch();
  });
  await click();
  const again = await until(page, 'the kept members', measured);
  assert.deepEqual(again.learnedKl, values);
  assert.equal(await page.evaluate(() => window.least), 1, 'they were trained again');
  assert.deepEqual(errors, []);
  await context.close();
});
