// scripts/bench-peers: one training step of the paper's models by PyTorch, by the libraries of the browser and by us,
// on the same tokens and initial weights in one run. Prints a table with ratios, checks that the losses agree,
// and writes JSON Lines. README.md says what is compared and how.
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { judge, median, tolerance } from './judge.mjs';
import { libraryVersion, measureLibrary } from './libraries.mjs';
import { busyCores, machine } from './machine.mjs';
import { measureChromium, measureNative, measureNode } from './ours.mjs';
import { fixtureOf } from './places.mjs';
import { measureTorch, torchVersion, writeFixtures } from './python.mjs';
import { printTable } from './table.mjs';
import { readTensors } from './page/tensor_file.js';

const usage = `scripts/bench-peers [--batch 3000,512,64] [--peers A,B] [--model minimal|full] [--out FILE.jsonl] [--quick]`;

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
      batch: { type: 'string' }, peers: { type: 'string' }, model: { type: 'string', default: 'minimal' }, out: { type: 'string' },
      quick: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false },
    } }));
  } catch (error) {
    fail(`${error.message} Usage: ${usage}`);
  }
  if (values.help) {
    console.log(`${usage}\nPeers: ${Object.keys(peers).join(', ')}.`);
    process.exit(0);
  }
  if (!['minimal', 'full'].includes(values.model)) fail(`--model is minimal or full, not '${values.model}'.`);
  const possible = Object.keys(peers).filter((name) => values.model === 'minimal' || peers[name].full);
  const chosen = values.peers ? values.peers.split(',') : possible;
  for (const name of chosen) if (!possible.includes(name)) fail(`'${name}' is no peer for the ${values.model} model. It can be ${possible.join(', ')}.`);
  const batches = (values.batch ?? (values.quick ? '64' : '3000,512,64')).split(',').map(Number);
  for (const batch of batches) if (!Number.isInteger(batch) || batch < 1 || batch > 8192) fail('--batch takes whole numbers from 1 to 8192, with commas between them.');
  return { ...values, batches, chosen: possible.filter((name) => chosen.includes(name)) };
}

// How long to measure: fewer steps where each takes longer.
function plan({ model, quick }, batch) {
  const [warmup, steps] = quick ? (batch < 256 ? [3, 10] : [1, 4]) : batch < 256 ? [10, 40] : batch < 1000 ? [4, 15] : [2, 7];
  return { model, batch, warmup, steps, seconds: quick ? 1 : 4 };
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
  if (wanted.model === 'minimal') await writeFixtures(wanted.batches);
  for (const batch of wanted.batches) {
    const reference = wanted.model === 'full' ? null : JSON.parse(readTensors(new Uint8Array(fs.readFileSync(fixtureOf(batch))).buffer).metadata.losses);
    for (const peer of wanted.chosen) {
      process.stderr.write(`batch ${batch}: ${peer}\n`);
      const line = { kind: 'measurement', peer, batch, model: wanted.model, busy_cores_before: await busyCores() };
      try {
        const { seconds, losses, checks, ...about } = await peers[peer].measure(plan(wanted, batch));
        Object.assign(line, { median_seconds: median(seconds), least_seconds: Math.min(...seconds), samples: seconds.length, losses, loss_checks: judge(losses, reference, checks), ...about });
      } catch (error) {
        line.problem = error.message;
      }
      lines.push(line);
      write();
    }
  }
  const measurements = lines.slice(1);
  printTable(lines[0], measurements, Object.keys(peers).filter((name) => peers[name].ours), tolerance);
  const good = measurements.every((m) => !m.problem && m.loss_checks.every((check) => check.error <= tolerance));
  process.exitCode = good ? 0 : 1;
}

await main();
