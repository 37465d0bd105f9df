// The comparison as text: for each batch size seconds per step, the loss check, and how many times as long each peer
// takes as each of ours.
import { aims, aimText, elsewhere, met, number } from './aims.mjs';

const restless = 0.3;  // cores that others may use
const cell = (text, width) => String(text).padStart(width);
const short = (name) => name.replace('ours-', '');

function seconds(x) {
  return x >= 1 ? `${x.toFixed(2)} s ` : `${(x * 1e3).toPrecision(3)} ms`;
}

function lossWord(m, tolerance) {
  if (!m.loss_checks.length) return 'not compared';
  const worst = Math.max(...m.loss_checks.map((check) => check.error));
  return `${worst.toExponential(1)} ${worst <= tolerance ? 'ok' : 'TOO LARGE'}`;
}

export function printTable(run, measurements, ours, tolerance) {
  const versions = Object.entries(run.versions).map(([name, version]) => `${name} ${version}`);
  const browser = measurements.find((m) => m.browser)?.browser;
  console.log(`\nOne training step of the ${run.model} model, medians. ${run.processor}, ${run.cores} cores; ${run.date}, commit ${run.commit}.`);
  console.log([`Node ${run.node}`, browser && `Chromium ${browser}`, ...versions].filter(Boolean).join(', ') + '.');
  for (const batch of [...new Set(measurements.map((m) => m.batch))]) printBatch(batch, measurements.filter((m) => m.batch === batch), ours, tolerance);
  if (run.model === 'full') console.log('\nDropout draws other numbers in every program, so losses of the full model cannot be compared; ours in WebAssembly are compared with ours natively.');
  else console.log(`\nLoss: greatest difference of the first 5 steps from float64, at most ${tolerance}. The columns on the right: how many times as long as ours.`);
  const busiest = Math.max(...measurements.map((m) => m.busy_cores_before));
  if (busiest > restless) console.log(`The machine was busy with something else (up to ${busiest} cores before a measurement): these figures and ratios are not to be relied on.`);
}

function printBatch(batch, rows, ours, tolerance) {
  const measured = ours.filter((name) => rows.some((m) => m.peer === name && !m.problem));
  const own = (name) => rows.find((m) => m.peer === name).median_seconds;
  console.log(`\nbatch ${batch}`.padEnd(18) + cell('a step', 12) + cell('loss', 20) + measured.map((name) => cell(short(name), 13)).join(''));
  for (const m of rows) {
    if (m.problem) {
      console.log(`${m.peer.padEnd(17)}  not measured: ${m.problem.split('\n')[0]}`);
      continue;
    }
    const ratios = measured.map((name) => cell((m.median_seconds / own(name)).toPrecision(3), 13)).join('');
    console.log(m.peer.padEnd(17) + cell(seconds(m.median_seconds), 12) + cell(lossWord(m, tolerance), 20) + ratios);
  }
}

// Everything that is aimed at, beside what was measured.
export function printAims(measurements, benches) {
  console.log('\nAims, at batch 3000, 512 and 64 where three numbers stand; * is reached, - was not measured');
  for (const { point, what, values } of aims(measurements, benches)) {
    const found = values.map((v) => cell(number(v.value) + (met(v) ? '*' : ' '), 8)).join('');
    console.log(`${point}  ${what.padEnd(78)} ${found.padEnd(25)} ${aimText(values)}`);
  }
  for (const line of elsewhere) console.log(line);
}
