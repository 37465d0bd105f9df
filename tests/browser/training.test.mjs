// Training in web workers: the same curve bit for bit for any number of workers, with and without SIMD, and
// the same as the command line under Node.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { build, coarse, hide, open, until, visit } from './support.mjs';

const steps = 60;
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

async function curve(workers, scalar) {
  const { page, context, errors } = await visit(session, {
    ...coarse, query: `?speed=0&steps=${steps}&seed=3&workers=${workers}`,
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
  const one = await curve(1, false);
  assert.equal(one.length, steps / 10 + 1);
  for (const workers of [2, 3, 4]) assert.deepEqual(await curve(workers, false), one, `${workers} workers`);
  assert.deepEqual(await curve(2, true), one, 'without SIMD');

  const out = fs.mkdtempSync(path.join(os.tmpdir(), 'ladder-'));
  execFileSync(process.execPath, ['--no-experimental-fetch', path.join(build, 'ladder-cli.js'), 'train', '--preset', 'default', '--steps', String(steps), '--seed', '3', '--out', out], { stdio: 'pipe' });
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

test('a hidden page stands still and goes on exactly', async () => {
  const { page, context } = await visit(session, { query: `?speed=0&steps=${steps}&seed=3`, before: `(${record})();` });
  await until(page, 'a first step', (s) => s.step > 0);
  await hide(page, true);
  await page.waitForTimeout(300);
  const at = (await page.evaluate(() => window.ladder.state())).step;
  await page.waitForTimeout(500);
  assert.equal((await page.evaluate(() => window.ladder.state())).step, at);
  await hide(page, false);
  await until(page, 'the end of the run', (s) => s.state === 'finished');
  const reports = await page.evaluate(() => window.reports);
  assert.deepEqual(reports, await curve(2, false));
  await context.close();
});
