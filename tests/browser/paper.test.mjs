// The paper's figures on the page: opened by address and by keyboard, run to a verdict; and what a reader takes away.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import { drawn, open, picture, sentence, speedsTold, speedTold, state, until, visit } from './support.mjs';

// Of figure 5, before it is run: two seeds.
const seeds = { x: 647, y: 392 };

let session;
before(async () => { session = await open(); });
after(async () => { await session.close(); });

test('a figure named in the address runs to a verdict', async () => {
  const { page, context, errors } = await visit(session, { query: '?figure=15-17' });
  const last = await until(page, 'the verdict', (s) => s.figures['15-17']);
  assert.equal(last.workspace, 'paper');
  assert.equal(last.preset, 'figure-15');
  assert.equal(last.figures['15-17'].holds, true, last.figures['15-17'].sentence);
  assert.match(last.figures['15-17'].sentence, /entered at steps \d+, \d+ and \d+/);
  await drawn(page);
  await picture(page, 'paper-1280x720.png');
  assert.deepEqual(errors, []);
  await context.close();
});

test('P opens the figures and goes back; what a person starts ends a figure', async () => {
  const { page, context, errors } = await visit(session, { query: '?figure=4-left&speed=7' });
  await until(page, 'the first run', (s) => s.preset === 'figure-4-init-1' && s.snapshots > 0);
  await page.keyboard.press('r');
  await page.keyboard.press('p');
  const back = await until(page, 'the run', (s) => s.workspace === 'run');
  assert.deepEqual(back.figures, {});
  assert.equal(back.settings.speed, 7, 'figures run at full speed; the reader\u2019s own is kept');
  assert.deepEqual(errors, []);
  await context.close();
});

test('a figure says what it will do, and its seeds are chosen before it is run', async () => {
  const { page, context, errors } = await visit(session, { query: '?workspace=paper&autoplay=false', before: speedsTold });
  await until(page, 'the figures', (s) => s.workspace === 'paper' && s.snapshots > 0);
  await page.mouse.click(200, 300);  // figure 5
  await until(page, 'it', (s) => s.figure === '5');
  await drawn(page);
  await picture(page, 'paper-before-1280x720.png');
  await page.mouse.click(seeds.x, seeds.y);
  await drawn(page);
  await page.mouse.click(482, seeds.y);
  const now = await until(page, 'its first run', (s) => s.figureRun);
  assert.deepEqual(now.figureRun, { figure: '5', index: 0, runs: 8 });
  assert.equal(now.preset, 'figure-5-600');

  // It runs as fast as it can, after settings that begin no new run too; stopped, its run goes on at the reader's speed. (Without
  // App::Impl::speed and end_figure it does neither.)
  await page.evaluate(() => { document.getElementById('mirror-settings').open = true; });
  await page.waitForSelector('#mirror-settings-form [data-name=patience]', { state: 'attached' });
  assert.equal(await speedTold(page), 0);
  await page.evaluate(() => {
    window.speeds = [];
    document.querySelector('#mirror-settings-form [data-name=learned]').value = 'true';
    document.querySelector('#mirror [data-do=settings]').click();
  });
  const changed = await until(page, 'the settings', (s) => s.settings.learned);
  assert.ok(changed.figureRun);
  assert.deepEqual([await speedTold(page), changed.speed, changed.settings.speed], [0, 0, 20]);
  await page.mouse.click(1198, 88);
  await until(page, 'its end', (s) => !s.figureRun && s.state === 'paused');
  await page.mouse.move(640, 400);
  await page.keyboard.press(' ');
  const begun = await until(page, 'the run', (s) => s.state === 'running');
  assert.deepEqual([await speedTold(page), begun.speed], [20, 20]);
  await until(page, 'it going on', (s) => s.step > begun.step);
  assert.deepEqual(errors, []);
  await context.close();
});

test('the moment of lowest validation loss stands beside the newest, and "Stop here" goes back to it', async () => {
  const { page, context, errors } = await visit(session, { query: '?preset=figure-5-600&vocabulary=12&validation=200&sequences=200&batch=200&steps=80&evaluate-every=4&speed=0' });
  const end = await until(page, 'the end', (s) => s.state === 'finished' && s.shownStep === 80);
  await page.mouse.click(766, 83);   // Best | now
  await until(page, 'both', (s) => s.moment.best.beside);
  await drawn(page);
  await picture(page, 'early-stop-1280x720.png');
  await page.mouse.click(340, 474);  // Stop here
  const now = await until(page, 'the best moment', (s) => s.problems.length > 0);
  const words = now.problems[0].match(/^Stopped early, as asked\. The validation loss was lowest at step (\d+): .* above the Bayes loss\. At step 80: /);
  assert.ok(words, now.problems[0]);
  const rest = await until(page, 'it at rest', (s) => s.state === 'paused' && s.step === Number(words[1]));
  assert.equal(rest.shownStep, Number(words[1]));
  assert.ok(rest.validationLoss < end.validationLoss);
  assert.deepEqual(errors, []);
  await context.close();
});

// Without: the speed that App::state_json and the form take from App::Impl::speed, and Actions::speed of a command's settings.
test('a speed that is chosen in the form while a figure runs is the figure\u2019s, be it the one that was the reader\u2019s', async () => {
  const { page, context, errors } = await visit(session, { query: '?figure=4-left&speed=20', before: speedsTold });
  await until(page, 'the first run', (s) => s.preset === 'figure-4-init-1' && s.snapshots > 0 && s.speed === 0);
  await page.waitForFunction(() => document.getElementById('mirror-speed').value === '0');
  await page.evaluate(() => { const field = document.getElementById('mirror-speed'); field.value = '20'; field.dispatchEvent(new Event('change')); });
  await until(page, 'that speed', (s) => s.figureRun && s.speed === 20);
  assert.equal(await speedTold(page), 20);

  // The address keeps the figure that it named until another one is begun.
  const named = () => page.evaluate(() => new URL(location.href).searchParams.getAll('figure').join());
  assert.equal(await named(), '4-left');
  await page.evaluate(() => {
    const figure = document.getElementById('mirror-figure'), button = document.querySelector('#mirror [data-do=figure]');
    button.click();
    figure.value = '15-17';
    figure.dispatchEvent(new Event('change'));
  });
  await until(page, 'its end', (s) => !s.figureRun && s.figure === '15-17');
  await page.waitForFunction(() => document.querySelector('#mirror [data-do=figure]').textContent === 'Run the figure');
  await page.evaluate(() => document.querySelector('#mirror [data-do=figure]').click());
  await until(page, 'the other figure', (s) => s.figureRun && s.figureRun.figure === '15-17');
  await page.waitForFunction(() => !new URL(location.href).searchParams.has('figure'));
  assert.deepEqual(errors, []);
  await context.close();
});

test('a figure that does not exist is told', async () => {
  const { page, context, errors } = await visit(session, { query: '?figure=99' });
  const now = await until(page, 'the page', (s) => s.problems.length > 0);
  assert.match(now.problems[0], /names a figure that is not among those of the paper/);
  assert.deepEqual(errors, []);
  await context.close();
});

test('the run is told in words beside the canvas', async () => {
  const { page, context } = await visit(session, { query: '?speed=0' });
  await until(page, 'the first rung', (s) => s.rung >= 1);
  await page.waitForFunction(() => /^Fits F.* best: it predicts most like one that uses .*\./.test(document.getElementById('status').textContent));
  assert.ok((await state(page)).sentence);
  await context.close();
});

test('the curves can be saved', async () => {
  const { page, context, errors } = await visit(session, { query: '?speed=0&steps=50' });
  await until(page, 'the end', (s) => s.state === 'finished');
  // The toolbar's Share, then the curves in its list.
  await page.mouse.click(1181, 24);
  await drawn(page);
  const downloading = page.waitForEvent('download');
  await picture(page, 'share-1280x720.png');
  await page.mouse.click(1115, 225);
  const download = await downloading;
  assert.equal(download.suggestedFilename(), 'attention-ladder-default-seed-7.csv');
  const lines = fs.readFileSync(await download.path(), 'utf8').trim().split('\n');
  assert.match(lines[0], /^step,train_loss,val_loss,bayes_loss,excess_loss,kl_0/);
  assert.equal(lines.length, 7);  // steps 0, 10, .., 50
  assert.deepEqual(errors, []);
  await context.close();
});

// Without: end_figure in App::Impl::apply, the figure waits for ever.
test('a figure ends when its run is told to stop earlier', async () => {
  const { page, context, errors } = await visit(session, { query: '?figure=4-left' });
  await until(page, 'the first run', (s) => s.figureRun && s.step > 20);
  await page.evaluate(() => { document.getElementById('mirror-settings').open = true; });
  await page.waitForSelector('#mirror-of-steps', { state: 'attached' });
  await page.evaluate(() => {
    document.getElementById('mirror-of-steps').value = '10';
    document.querySelector('#mirror [data-do=settings]').click();
  });
  const now = await until(page, 'the run at its end', (s) => !s.figureRun && s.state === 'finished');
  assert.deepEqual(now.figures, {});
  assert.deepEqual(errors, []);
  await context.close();
});
