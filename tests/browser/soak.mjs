// Long runs: leaves the page training for some minutes and tells whether its memory stays and its frames stay short.
// node soak.mjs [MINUTES [SPEED]]; not part of scripts/test. The first minute is warm-up and does not count. SPEED: steps a
// second, 0 for as fast as it goes.
import { open, until, visit } from './support.mjs';

const minutes = Number(process.argv[2] || 10), speed = Number(process.argv[3] ?? 60);
const session = await open();
// A run that does not end by itself.
const { page, context, errors } = await visit(session, { query: `?speed=${speed}&steps=10000000` });
await until(page, 'a first step', (s) => s.step > 0);
const devtools = await context.newCDPSession(page);
await devtools.send('Performance.enable');

async function memory() {
  await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  const script = metrics.find((m) => m.name === 'JSHeapUsedSize').value;
  const frames = await page.evaluate(() => window.ladder.frames());
  return { script, module: frames.heap, frames };
}

const samples = [];
await page.waitForTimeout(60000);
await page.evaluate(() => window.ladder.resetFrames());
for (let minute = 1; minute <= minutes; ++minute) {
  const { script, module, frames } = await memory();
  const { step, snapshots } = await page.evaluate(() => window.ladder.state());
  samples.push(script + module);
  console.log(`minute ${minute}: step ${step}, ${snapshots} snapshots, module ${(module / 1e6).toFixed(1)} MB, script ${(script / 1e6).toFixed(2)} MB, ` +
    `longest frame ${frames.longest.toFixed(1)} ms, mean ${(frames.total / Math.max(1, frames.count)).toFixed(2)} ms of ${frames.count}`);
  if (minute < minutes) await page.waitForTimeout(60000);
}
const growth = 100 * (samples[samples.length - 1] / samples[0] - 1);
console.log(`memory after ${minutes} minutes: ${growth.toFixed(2)} % more than after the first; console: ${errors.length} complaints`);
await context.close();
await session.close();
