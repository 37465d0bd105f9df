// The bench page measures everything it shows, in numbers that can be, and what it cannot use it says. No time is asserted.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { open, picture, sentence, visit } from './support.mjs';

let session;
before(async () => { session = await open(); });
after(async () => { await session.close(); });

const positive = (x) => assert.ok(Number.isFinite(x) && x > 0, String(x));

test('the bench page measures steps, their parts, dense products and the peak', async () => {
  const { page, context, errors } = await visit(session, { query: 'bench.html?model=minimal&batch=64,2&workers=1,2,4&seconds=0.1&start=true' });
  await page.waitForFunction(() => document.querySelector('#status.failed') || document.getElementById('status').textContent === 'Measured.');
  assert.equal(await sentence(page), 'Measured.');
  const report = await page.evaluate(() => window.bench.report());
  // Four workers are more than a batch of 64 has shards for.
  assert.deepEqual(report.steps.map((s) => [s.batch, s.workers]), [[64, 1], [64, 2], [2, 1], [2, 2]]);
  positive(report.peak.multiply_adds);
  for (const s of report.steps) {
    for (const x of [s.median_seconds, s.least_seconds, s.gflops, s.share_of_peak]) positive(x);
    assert.ok(s.least_seconds <= s.median_seconds);
    // 930 triples of a row, a key it sees and a head, 50 tokens, 3 products; two operations each.
    assert.ok(Math.abs(s.gflops * s.median_seconds * 1e9 / (2 * 3 * 930 * 50 * s.batch) - 1) < 1e-6, JSON.stringify(s));
    assert.ok(Math.abs(s.share_of_peak * s.workers * report.peak.multiply_adds / (s.gflops * 0.5e9) - 1) < 1e-6);
  }
  assert.deepEqual(report.phases.map((p) => p.batch), [64, 2]);
  assert.equal(report.dense.length, 3);
  for (const d of report.dense) positive(d.gflops);
  assert.equal(await page.locator('table').count(), 3);
  assert.match(await page.evaluate(() => window.bench.text()), /A training step\nmodel\s+batch\s+workers\s+ms a step/);
  assert.deepEqual(errors, []);
  await picture(page, 'bench.png', { fullPage: true });
  await context.close();
});

test('a batch that cannot be is refused in a sentence; Stop ends the workers', async () => {
  const { page, context, errors } = await visit(session, { query: 'bench.html?batch=many', width: 390, height: 844, dark: true, touch: true });
  await page.click('#measure');
  await page.waitForSelector('#status.failed');
  assert.match(await sentence(page), /Batch sizes: 'many' cannot be used\. It takes whole numbers from 1 to 8192/);
  await page.fill('[name=batch]', '64');
  await page.fill('[name=seconds]', '20');
  await page.click('#measure');
  await page.waitForSelector('#measure:disabled');
  await page.click('#stop');
  await page.waitForSelector('#measure:enabled');
  assert.equal(await sentence(page), 'Stopped.');
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
  assert.deepEqual(errors, []);
  await picture(page, 'bench-narrow-dark.png', { fullPage: true });
  await context.close();
});
