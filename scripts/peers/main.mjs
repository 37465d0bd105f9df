// scripts/bench-peers: one training step of the paper's models by PyTorch, by the libraries of the browser and by us,
// on the same tokens and initial weights in one run. Prints a table with ratios, checks that the losses agree,
// and writes JSON Lines. README.md says what is compared and how.
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { markdown } from './aims.mjs';
import { judge, median, tolerance } from './judge.mjs';
import { libraryVersion, measureLibrary } from './libraries.mjs';
import { busyCores, machine } from './machine.mjs';
import { benchReports, measureChromium, measureNative, measureNode } from './ours.mjs';
import { fixtureOf } from './places.mjs';
import { measureTorch, torchVersion, writeFixtures } from './python.mjs';
import { printAims, printTable } from './table.mjs';
import { readTensors } from './page/tensor_file.js';

const usage = `scripts/bench-peers [--batch 3000,512,64] [--peers A,B] [--model minimal|full|both] [--out FILE.jsonl] [--markdown FILE.md] [--quick]`;

// In the order in which they are measured. ours: a column of ratios.
const peers = {
  'pytorch-paper': { measure: (plan) => measureTorch(plan.model === 'full' ? 'full' : 'paper', 2, plan), full: true },
  'pytorch-careful': { measure: (plan) => measureTorch('careful', 2, plan) },
  'onnxruntime-web': { measure: (plan) => measureLibrary('ort', 2, plan) },
  'jax-js': { measure: (plan) => measureLibrary('jax', 2, plan) },
  'tensorflow.js': { measure: (plan) => measureLibrary('tfjs', 2, plan) },
  'ours-chromium-1': { measure: (plan) => measureChromium(1, plan), full: true, ours: true },
  'ours-chromium-2': { measure: (plan) => measureChromium(2, plan), full: true, ours: true },
  'ours-node-1': { measure: (plan) => measureNode(1, plan), full: true, ours: true },
  'ours-node-2': { measure: (plan) => measureNode(2, plan), full: true, ours: true },
  'ours-native-1': { measure: (plan) => measureNative(1, plan), full: true, ours: true },
  'ours-native-2': { measure: (plan) => measureNative(2, plan), full: true, ours: true },
};

function fail(sentence) {
  console.error(`scripts/bench-peers: ${sentence}`);
  process.exit(2);
}

function options() {
  let values;
  try {
    ({ values } = parseArgs({ options: {
      batch: { type: 'string' }, peers: { type: 'string' }, model: { type: 'string', default: 'minimal' }, out: { type: 'string' }, markdown: { type: 'string' },
      quick: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false },
    } }));
  } catch (error) {
    fail(`${error.message} Usage: ${usage}`);
  }
  if (values.help) {
    console.log(`${usage}\nPeers: ${Object.keys(peers).join(', ')}.`);
    process.exit(0);
  }
  if (!['minimal', 'full', 'both'].includes(values.model)) fail(`--model is minimal, full or both, not '${values.model}'.`);
  const possible = Object.keys(peers).filter((name) => values.model !== 'full' || peers[name].full);
  const chosen = values.peers ? values.peers.split(',') : possible;
  for (const name of chosen) if (!possible.includes(name)) fail(`'${name}' is no peer for the ${values.model} model. It can be ${possible.join(', ')}.`);
  const batches = (values.batch ?? (values.quick ? '64' : '3000,512,64')).split(',').map(Number);
  for (const batch of batches) if (!Number.isInteger(batch) || batch < 1 || batch > 8192) fail('--batch takes whole numbers from 1 to 8192, with commas between them.');
  return { ...values, batches, chosen: possible.filter((name) => chosen.includes(name)), rounds: rounds(values.model, batches) };
}

// Which models at which batch sizes; both: the full one at the one size that is aimed at.
function rounds(model, batches) {
  const of = (name, sizes) => sizes.map((batch) => ({ model: name, batch }));
  return model === 'both' ? [...of('minimal', batches), ...of('full', [512])] : of(model, batches);
}

// How long to measure: fewer steps where each takes longer.
function plan({ model, quick }, batch) {
  const [warmup, steps] = quick ? (batch < 256 ? [3, 10] : [1, 4]) : batch < 256 ? [10, 40] : batch < 1000 ? [3, 11] : [1, 5];
  return { model, batch, warmup, steps, seconds: quick ? 1 : 3 };
}

async function versions(chosen) {
  const known = { 'onnxruntime-web': 'ort', 'jax-js': 'jax', 'tensorflow.js': 'tfjs' }, out = {};
  if (chosen.some((name) => name.startsWith('pytorch'))) out.pytorch = await torchVersion();
  for (const name of chosen) if (known[name]) out[name] = libraryVersion(known[name]);
  return out;
}

async function main() {
  const wanted = options();
  const lines = [{ kind: 'run', ...(await machine()), model: wanted.model, quick: wanted.quick, versions: await versions(wanted.chosen) }];
  const write = () => wanted.out && fs.writeFileSync(wanted.out, lines.map((line) => JSON.stringify(line) + '\n').join(''));
  write();
  if (wanted.model !== 'full') await writeFixtures(wanted.batches);
  for (const { model, batch } of wanted.rounds) {
    const reference = model === 'full' ? null : JSON.parse(readTensors(new Uint8Array(fs.readFileSync(fixtureOf(batch))).buffer).metadata.losses);
    for (const peer of wanted.chosen.filter((name) => model === 'minimal' || peers[name].full)) {
      process.stderr.write(`${model} model, batch ${batch}: ${peer}\n`);
      const line = { kind: 'measurement', peer, batch, model, busy_cores_before: await busyCores() };
      try {
        const { seconds, losses, checks, ...about } = await peers[peer].measure(plan({ ...wanted, model }, batch));
        Object.assign(line, { median_seconds: median(seconds), least_seconds: Math.min(...seconds), samples: seconds.length, losses, loss_checks: judge(losses, reference, checks), ...about });
      } catch (error) {
        line.problem = error.message;
      }
      lines.push(line);
      write();
    }
  }
  const measurements = lines.slice(1);
  for (const model of new Set(wanted.rounds.map((round) => round.model)))
    printTable({ ...lines[0], model }, measurements.filter((m) => m.model === model), Object.keys(peers).filter((name) => peers[name].ours), tolerance);
  process.stderr.write('phases and growth of a step, natively, under Node and in Chromium\n');
  const benches = await benchReports(wanted.quick);
  lines.push({ kind: 'bench', ...benches });
  write();
  printAims(measurements, benches);
  if (wanted.markdown) fs.writeFileSync(wanted.markdown, markdown(lines[0], measurements, benches));
  const good = measurements.every((m) => !m.problem && m.loss_checks.every((check) => check.error <= tolerance));
  process.exitCode = good ? 0 : 1;
}

await main();
