// What of scripts/bench-peers needs neither PyTorch nor its libraries: that our workers are driven through the present
// protocol, that fixtures are read as they were written, and that a wrong loss cannot pass.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { aims, markdown, met } from '../../scripts/peers/aims.mjs';
import { judge, median, tolerance } from '../../scripts/peers/judge.mjs';
import { here, root, webBuild } from '../../scripts/peers/places.mjs';
import { additiveMask, readProblem } from '../../scripts/peers/page/problem.js';
import { readTensors } from '../../scripts/peers/page/tensor_file.js';
import { copyWorkers } from '../../scripts/peers/worker_files.mjs';

const small = { vocabulary: 8, length: 6, batch: 64, data: 'finite', sequences: 64, validation: 16, seed: 3 };

function scratch(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ladder-peers-test-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

// Losses of the command line, which is the same arithmetic.
function lossesOfCommand(folder, steps) {
  const options = Object.entries(small).flatMap(([name, value]) => [`--${name}`, String(value)]);
  execFileSync(process.execPath, ['--no-experimental-fetch', path.join(webBuild, 'ladder-cli.js'), 'train', ...options, '--steps', String(steps), '--evaluate-every', '1', '--out', folder], { stdio: 'pipe' });
  const [names, ...rows] = fs.readFileSync(path.join(folder, 'metrics.csv'), 'utf8').trim().split('\n').map((line) => line.split(','));
  return rows.slice(1).map((row) => Number(row[names.indexOf('train_loss')]));
}

for (const workers of [1, 2])
  test(`${workers} of our workers under Node take the steps that the command line takes`, (t) => {
    const folder = scratch(t);
    copyWorkers(folder);
    const options = {
      settings: { ...small, workers, speed: 0, steps: 10000000, 'evaluate-every': 100000 }, workers, firstSteps: 5, warmSeconds: 0.1, timedSeconds: 0.3, leastIntervals: 2, patienceSeconds: 30,
    };
    const result = JSON.parse(execFileSync(process.execPath, [path.join(here, 'node_session.mjs'), folder, JSON.stringify(options)], { encoding: 'utf8', timeout: 120000 }));
    assert.deepEqual(result.losses, lossesOfCommand(path.join(folder, 'run'), 5));
    assert.ok(result.seconds.length >= 2);
    for (const seconds of result.seconds) assert.ok(seconds > 0 && Number.isFinite(seconds));
  });

function fixtureBytes() {
  const bytes = fs.readFileSync(path.join(root, 'tests', 'fixtures', 'train-minimal.safetensors'));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
}

test('a fixture is read as batch, targets and stacked heads', () => {
  const { tensors } = readTensors(fixtureBytes());
  const problem = readProblem(fixtureBytes());
  const { B, T, L, D, H, E } = problem;
  assert.deepEqual([B, T, L, D, H, E], [32, 15, 10, 10, 3, 25]);
  const tokens = tensors.tokens.values;
  for (const b of [0, B - 1]) {
    assert.equal(problem.inputs[b * T + T - 1], tokens[b * (T + 1) + T - 1]);
    for (let l = 0; l < L; ++l) assert.equal(problem.targets[b * L + l], tokens[b * (T + 1) + T + 1 - L + l]);
  }
  const matrix = (kind, head) => tensors[`init.transformer_blocks.0.self_attention.${kind}_proj.${head}.weight`].values;
  for (const [h, i, o] of [[0, 1, 2], [2, 24, 0], [1, 7, 24]]) {
    assert.equal(problem.query[i * H * E + h * E + o], matrix('query', h)[o * E + i]);
    assert.equal(problem.value[(h * E + i) * E + o], matrix('value', h)[o * E + i]);
  }
  const mask = additiveMask(problem);
  for (let l = 0; l < L; ++l)
    for (let key = 0; key < T; ++key) assert.equal(mask[(l * H + 1) * T + key] === 0, key <= T - L + l, `row ${l} and key ${key}`);
});

test('a wrong, missing or undefined loss does not pass', () => {
  const reference = [4, 3.9, 3.8];
  const passes = (losses) => judge(losses, reference).every((check) => check.error <= tolerance);
  assert.ok(passes([4, 3.9, 3.800009]));
  for (const losses of [[4, 3.9, 3.80002], [4, 3.9], [4, NaN, 3.8], []]) assert.ok(!passes(losses), JSON.stringify(losses));
  assert.equal(judge([1], null, [{ losses: [], expected: [], what: 'nothing' }])[0].error, Infinity);
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 2, 3]), 2.5);
});

test('aims are judged by the measurements of their own batch and model, and what is missing is not reached', () => {
  const line = (peer, batch, seconds, model = 'minimal') => ({ peer, batch, model, median_seconds: seconds, busy_cores_before: 0 });
  const measurements = [line('pytorch-paper', 512, 3), line('ours-chromium-1', 512, 0.1), line('pytorch-paper', 512, 8, 'full'), line('ours-native-2', 512, 2, 'full'),
    { ...line('jax-js', 512, 9), problem: 'no' }];
  const all = aims(measurements, { native: { gradient: [{ batch: 64, instruction_set: '128 bit', median_seconds: 3 }], scaling: { batch: [{ median_seconds: 1 }, { median_seconds: 17 }] } },
    node: { gradient: [{ batch: 64, instruction_set: '128 bit', median_seconds: 4 }] } });
  const of = (what) => all.find((aim) => aim.what.includes(what)).values;
  const [large, middle, small] = of("Chromium, 1 worker, against the paper's PyTorch");
  assert.deepEqual([large.value, small.value, met(large), met(middle)], [null, null, false, true]);
  assert.ok(Math.abs(middle.value - 30) < 1e-9);
  assert.equal(of('best library')[1].value, null);
  assert.equal(of('limited to 128 bits')[2].value, 0.75);
  assert.deepEqual([of('16 times the batch')[0].value, met(of('16 times the batch')[0])], [17, false]);
  assert.ok(met(of('native, 2 threads, against the paper')[0]) === false && met(of('full model, batch 512: native')[0]));
  const text = markdown({ date: '2026-01-02T03', processor: 'P', cores: 2, commit: 'c' }, measurements, {});
  assert.match(text, /\| pytorch-paper \| - \| 3000 ms \| - \|/);
  assert.doesNotMatch(text, /NaN|undefined|Infinity/);
});
