// Long runs of the page: leaves it training for some minutes and judges that memory stays, frames stay short and the history stays
// bounded. soak.mjs [MINUTES [SPEED]]; exit code 1 where one does not. The beginning (a minute, or a quarter of less than four)
// is warm-up and does not count. SPEED: steps a second, 0 for as fast as it goes.
import fs from 'node:fs';
import { open, until, visit } from './support.mjs';

const minutes = Number(process.argv[2] || 10), speed = Number(process.argv[3] ?? 40);
const warm = Math.min(60, 15 * minutes), interval = Math.max(2, Math.min(10, 4 * minutes));  // seconds
const session = await open(['--js-flags=--expose-gc']);
// A run that does not end by itself, measured at every step, so that its history has been filled and thinned several times within the warm-up.
const { page, context, errors } = await visit(session, { smooth: true, query: `?speed=${speed}&steps=10000000&evaluate-every=1` });
await until(page, 'a first step', (s) => s.step > 0);
const devtools = await context.newCDPSession(page), browser = await session.browser.newBrowserCDPSession();
await devtools.send('Performance.enable');

// Bytes after a collection everywhere, workers included (a checkpoint at every step leaves some 20 MB a second behind, which the browser
// takes when it likes): what scripts and the page's module hold, and all of the browser's page processes.
async function memory() {
  for (const worker of page.workers()) await worker.evaluate(() => globalThis.gc());
  await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
  const kilobytes = (pid) => Number(/^Pss:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]);
  const maps = new Map();
  for (const p of processInfo.filter((q) => q.type === 'renderer')) {
    let key = '';
    for (const line of fs.readFileSync(`/proc/${p.id}/smaps`, 'utf8').split('\n')) {
      const head = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)$/.exec(line);
      if (head) key = `${p.id} ${head[4] || 'anon'} ${head[1]} ${((parseInt(head[2],16)-parseInt(head[1],16))/1024)}k`;
      const pss = /^Pss:\s+(\d+)/.exec(line);
      if (pss) maps.set(key, (maps.get(key) ?? 0) + Number(pss[1]));
    }
  }
  const total = [...maps.values()].reduce((a, b) => a + b, 0);
  if (globalThis.before && Math.abs(total - globalThis.beforeTotal) > 1500) {
    const deltas = [];
    for (const k of new Set([...maps.keys(), ...globalThis.before.keys()])) { const d = (maps.get(k) ?? 0) - (globalThis.before.get(k) ?? 0); if (Math.abs(d) > 200) deltas.push([d, k]); }
    deltas.sort((a, b) => Math.abs(b[0]) - Math.abs(a[0]));
    console.log(`JUMP ${new Date().toISOString()} ${globalThis.beforeTotal} -> ${total} kB`); for (const [d, k] of deltas.slice(0, 14)) console.log('   ', d, k);
  }
  globalThis.before = maps; globalThis.beforeTotal = total;
  return {
    held: metrics.find((m) => m.name === 'JSHeapUsedSize').value + (await page.evaluate(() => window.ladder.frames())).heap,
    process: 1024 * processInfo.filter((p) => p.type === 'renderer').reduce((sum, { id }) => sum + kilobytes(id), 0),
  };
}

await page.waitForTimeout(warm * 1000);
await page.evaluate(() => window.ladder.resetFrames());
const samples = [], end = Date.now() + minutes * 60000 - warm * 1000;
let printed = 0;
do {
  samples.push({ ...await memory(), ...await page.evaluate(() => { const s = window.ladder.state(); return { step: s.step, snapshots: s.snapshots, historyBytes: s.historyBytes, problems: s.problems.length }; }) });
  const last = samples[samples.length - 1];
  if (Date.now() - printed >= 55000) {
    printed = Date.now();
    console.log(`step ${last.step}: ${last.snapshots} moments in ${(last.historyBytes / 1e6).toFixed(1)} MB, page ${(last.held / 1e6).toFixed(1)} MB, process ${(last.process / 1e6).toFixed(0)} MB`);
  }
  await page.waitForTimeout(interval * 1000);
} while (Date.now() < end);
const frames = await page.evaluate(() => window.ladder.frames());
await context.close();
await session.close();

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const few = Math.max(1, Math.min(6, samples.length >> 1));
const growth = (name) => 100 * (median(samples.slice(-few).map((s) => s[name])) / median(samples.slice(0, few).map((s) => s[name])) - 1);
// Of what the reader was shown: frames that were not drawn are shorter and would only dilute it.
const quick = 100 * (1 - frames.slow / frames.drawn), moments = Math.max(...samples.map((s) => s.snapshots)), history = Math.max(...samples.map((s) => s.historyBytes));
const judged = [
  [`memory of the page: ${growth('held').toFixed(2)} % more at the end (2 % at most)`, growth('held') <= 2],
  [`memory of its process: ${growth('process').toFixed(2)} % more at the end (2 % at most)`, growth('process') <= 2],
  [`frames under 20 ms: ${quick.toFixed(3)} % of ${frames.drawn} drawn (99.9 % at least), mean of all ${frames.count} ${(frames.total / frames.count).toFixed(2)} ms, longest ${frames.longest.toFixed(1)} ms`, quick >= 99.9],
  [`history: ${moments} moments (1024 at most) in ${(history / 1e6).toFixed(1)} MB (64 at most)`, moments <= 1024 && history <= 64e6],
  [`complaints on the console: ${errors.length}; notices: ${samples[samples.length - 1].problems}`, errors.length === 0 && samples[samples.length - 1].problems === 0],
];
for (const [what, holds] of judged) console.log(`${holds ? 'ok    ' : 'FAILED'} page, ${what}`);
process.exitCode = judged.every(([, holds]) => holds) ? 0 : 1;
