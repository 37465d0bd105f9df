// Training in web workers: the same curve bit for bit for any number of workers, with and without SIMD, and
// the same as the command line under Node.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { build, coarse, hide, open, state, until, visit } from './support.mjs';

// Enough for four workers to share, and soon done.
const sizes = { batch: 256, validation: 300 }, small = Object.entries(sizes).map(([name, value]) => `&${name}=${value}`).join('');
let session;
before(async () => { session = await open(); });
after(async () => { await session.close(); });

// Runs inside the page: keeps every snapshot that a worker reports, as hexadecimal text.
const record = () => {
  const Original = window.Worker;
  window.reports = [];
  window.Worker = class extends Original {
    constructor(...args) {
      super(...args);
      this.addEventListener('message', ({ data }) => {
        if (data.kind !== 'report') return;
        const bytes = new Uint8Array(data.bytes);
        if (bytes[4] === 0) window.reports.push(Array.from(bytes.subarray(9), (b) => b.toString(16).padStart(2, '0')).join(''));
      });
    }
  };
};
const withoutSimd = () => { WebAssembly.validate = () => false; };

// The layout of src/run/snapshot.cpp: magic, version, step, train loss, gradient norm, loss, Bayes loss, KLs.
function readSnapshot(hex) {
  const view = Buffer.from(hex, 'hex');
  const kl = Array.from({ length: view.readUInt32LE(48) }, (_, i) => view.readDoubleLE(52 + 8 * i));
  return { step: Number(view.readBigInt64LE(8)), train_loss: view.readDoubleLE(16), val_loss: view.readDoubleLE(32), bayes_loss: view.readDoubleLE(40), kl };
}

// The reports of a whole run.
async function curve(workers, { steps = 60, scalar = false, settings = small } = {}) {
  const { page, context, errors } = await visit(session, {
    ...coarse, query: `?speed=0&steps=${steps}&seed=3&workers=${workers}${settings}`,
    before: `(${record})();` + (scalar ? `(${withoutSimd})();` : ''),
  });
  const last = await until(page, 'the end of the run', (s) => s.state === 'finished');
  assert.equal(last.step, steps);
  assert.equal(last.workers, workers);
  assert.equal(last.kernels, scalar ? 'scalar' : 'SIMD');
  const reports = await page.evaluate(() => window.reports);
  assert.deepEqual(errors, []);
  await context.close();
  return reports;
}

test('one to four workers, and scalar code, give the same bits', async () => {
  const one = await curve(1);
  assert.equal(one.length, 7);
  for (const workers of [2, 3, 4]) assert.deepEqual(await curve(workers), one, `${workers} workers`);
  assert.deepEqual(await curve(2, { scalar: true }), one, 'without SIMD');

  const out = fs.mkdtempSync(path.join(os.tmpdir(), 'ladder-'));
  execFileSync(process.execPath, ['--no-experimental-fetch', path.join(build, 'ladder-cli.js'), 'train', '--preset', 'default', '--steps', '60', '--seed', '3', ...Object.entries(sizes).flatMap(([name, value]) => [`--${name}`, String(value)]), '--out', out], { stdio: 'pipe' });
  const [head, ...rows] = fs.readFileSync(path.join(out, 'metrics.csv'), 'utf8').trim().split('\n').map((line) => line.split(','));
  fs.rmSync(out, { recursive: true });
  const evaluated = rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i]]))).filter((row) => row.val_loss !== '');
  const snapshots = one.map(readSnapshot);
  assert.equal(evaluated.length, snapshots.length);
  snapshots.forEach((snapshot, i) => {
    for (const name of ['step', 'train_loss', 'val_loss', 'bayes_loss']) assert.equal(snapshot[name], Number(evaluated[i][name]), `${name} of step ${snapshot.step}`);
    snapshot.kl.forEach((value, k) => assert.equal(value, Number(evaluated[i][`kl_${k}`]), `kl_${k} of step ${snapshot.step}`));
  });
});

// Its products and normalisations are others than those of the minimal model.
test('scalar code gives the full model the same bits', async () => {
  const full = { steps: 20, settings: '&model=full&hidden=20&heads=2&mlp=24&batch=64&validation=64' };
  const wide = await curve(2, full);
  assert.equal(wide.length, 3);
  assert.deepEqual(await curve(2, { ...full, scalar: true }), wide);
});

test('a hidden page stands still and goes on exactly', async () => {
  const endless = 1000000;
  const { page, context } = await visit(session, { ...coarse, query: `?speed=0&steps=${endless}&seed=3&workers=2${small}`, before: `(${record})();` });
  await until(page, 'a first step', (s) => s.step > 0);
  await hide(page, true);
  let rest = await state(page);
  for (let before = -1, i = 0; rest.step !== before; ++i) {
    assert.ok(i < 20, 'it goes on while nobody sees it');
    before = rest.step;
    await page.waitForTimeout(400);
    rest = await state(page);
  }
  assert.equal(rest.state, 'paused');
  assert.ok(rest.step < endless);
  await hide(page, false);
  const { shownStep } = await until(page, 'twenty steps more', (s) => s.shownStep >= rest.step + 20);
  const reports = await page.evaluate(() => window.reports);
  await context.close();
  const straight = await curve(2, { steps: shownStep });
  assert.deepEqual(reports.slice(0, straight.length), straight);
});
