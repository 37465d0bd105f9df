// The project itself as a peer: (plan, workers) -> {seconds: [..] per step, losses: [..] of the first steps, checks}.
// Native figures come from `ladder bench`; WebAssembly ones from the page's own workers and protocol, without a
// page. checks: further lists of losses with what each must equal.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runInBrowser } from './browser.mjs';
import { fixtureOf, here, made, nativeBuild, webBuild } from './places.mjs';
import { run, runJson } from './process.mjs';
import { copyWorkers, workerFiles } from './worker_files.mjs';

const native = path.join(nativeBuild, 'ladder');
const firstSteps = 5;
const page = { name: 'ours', files: workerFiles, scripts: ['pool.js', 'session.js'] };

// Losses on the fixture's tokens and weights: what all peers are compared by.
async function replay(program, before, batch) {
  const out = path.join(made, `replay-${process.pid}.safetensors`);
  try {
    return (await runJson(program, [...before, 'replay', fixtureOf(batch), '--steps', String(firstSteps), '--out', out, '--json'])).losses;
  } finally {
    fs.rmSync(out, { force: true });
  }
}

const modelOptions = (model) => (model === 'full' ? ['--model', 'full', '--spans', '4,4,4', '--learning-rate', '0.003'] : []);
// A fixed set of exactly one batch: like the fixture, every step trains on the same sequences.
const dataOptions = (batch) => ['--data', 'finite', '--sequences', String(batch), '--batch', String(batch), '--validation', '16'];

// A short native run whose settings the workers are given, and whose losses theirs must equal.
async function shortRun({ batch, model }) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ladder-peers-'));
  try {
    await run(native, ['train', ...modelOptions(model), ...dataOptions(batch), '--steps', String(firstSteps), '--evaluate-every', '1', '--out', folder]);
    const [names, ...rows] = fs.readFileSync(path.join(folder, 'metrics.csv'), 'utf8').trim().split('\n').map((line) => line.split(','));
    const losses = rows.slice(1).map((row) => Number(row[names.indexOf('train_loss')]));  // the first row is before any step
    return { losses, settings: JSON.parse(fs.readFileSync(path.join(folder, 'config.json'), 'utf8')) };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

export async function measureNative(workers, plan) {
  const full = plan.model === 'full';
  const report = await runJson(native, ['bench', ...(full ? ['--full'] : []), '--steps-only', '--batch', String(plan.batch), '--workers', String(workers), '--seconds', String(plan.seconds), '--json']);
  const step = report.steps.find((s) => s.batch === plan.batch && s.workers === workers);
  return { seconds: [step.median_seconds], least_seconds: step.least_seconds, losses: full ? [] : await replay(native, [], plan.batch), instructions: report.instruction_set };
}

async function workerOptions(workers, plan) {
  const { losses, settings } = await shortRun(plan);
  const endless = { ...settings, workers, speed: 0, steps: 10000000, 'evaluate-every': 100000 };
  return { losses, options: { settings: endless, workers, firstSteps, warmSeconds: 1, timedSeconds: plan.seconds, leastIntervals: 5 } };
}

async function withChecks(result, expected, plan) {
  const checks = [{ losses: result.losses, expected, what: 'a native run of ours' }];
  const losses = plan.model === 'full' ? [] : await replay(process.execPath, ['--no-experimental-fetch', path.join(webBuild, 'ladder-cli.js')], plan.batch);
  return { ...result, losses, checks };
}

export async function measureNode(workers, plan) {
  const { losses, options } = await workerOptions(workers, plan);
  const folder = path.join(made, 'node');
  copyWorkers(folder);
  return withChecks(await runJson(process.execPath, [path.join(here, 'node_session.mjs'), folder, JSON.stringify(options)]), losses, plan);
}

export async function measureChromium(workers, plan) {
  const { losses, options } = await workerOptions(workers, plan);
  return withChecks(await runInBrowser(path.join(made, 'site'), page, options, { isolated: false }), losses, plan);
}

// `ladder bench` of one core, natively with the growth over batch and length, and in WebAssembly under Node; what a worker
// of the bench page finds in Chromium.
export async function benchReports(quick) {
  const seconds = quick ? 0.1 : 1, common = ['bench', '--batch', '3000,512,64', '--workers', '1', '--seconds', String(seconds), '--json'];
  return {
    native: await runJson(native, [...common, '--scaling']),
    node: await runJson(process.execPath, ['--no-experimental-fetch', path.join(webBuild, 'ladder-cli.js'), ...common]),
    chromium: await chromiumReport(seconds / 4),
  };
}

async function chromiumReport(seconds) {
  const ask = async (questions) => (await runInBrowser(path.join(made, 'site'), page, { questions }, { isolated: false })).answers;
  const [report] = await ask([{ what: 'peak', seconds }]);
  const [dense, ...phases] = await ask([{ what: 'dense', seconds, peak: report.peak.multiply_adds }, ...[3000, 512, 64].map((batch) => ({ what: 'phases', model: 'minimal', batch, seconds }))]);
  return { ...report, dense, phases };
}
