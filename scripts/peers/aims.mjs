// What the project aims at in speed, set against measurements of one run: {point, what, values: [{batch, value, aim}]}.
// A value that was not measured is null. And the same as Markdown, in the form of docs/performance.md.
const batches = [3000, 512, 64];
const triple = (numbers) => Object.fromEntries(batches.map((batch, i) => [batch, numbers[i]]));

// Seconds of one peer, null where it was not measured.
function secondsOf(measurements, peer, batch, model = 'minimal') {
  const m = measurements.find((line) => line.peer === peer && line.batch === batch && line.model === model);
  return m && !m.problem ? m.median_seconds : null;
}

const quotient = (a, b) => (Number.isFinite(a) && Number.isFinite(b) && b > 0 ? a / b : null);

// How many times as long the last of a series takes as the first.
const growth = (series) => (series ? quotient(series.at(-1).median_seconds, series[0].median_seconds) : null);

// benches: reports of `ladder bench --json` and of the bench page, {native, node, chromium}, each possibly missing.
export function aims(measurements, benches = {}) {
  const { native, node, chromium } = benches;
  const library = (batch) => {
    const all = ['onnxruntime-web', 'jax-js', 'tensorflow.js'].map((peer) => secondsOf(measurements, peer, batch)).filter(Number.isFinite);
    return all.length ? Math.min(...all) : null;
  };
  const own = (peer) => (batch) => secondsOf(measurements, peer, batch);
  const gradient = (report, set) => (batch) => report?.gradient?.find((g) => g.batch === batch && (!set || g.instruction_set === set))?.median_seconds ?? null;
  const best = native?.instruction_set;
  const ratio = (point, what, above, below, aimed) => {
    const wanted = Array.isArray(aimed) ? triple(aimed) : triple([aimed, aimed, aimed]);
    return { point, what, values: batches.map((batch) => ({ batch, value: quotient(above(batch), below(batch)), aim: wanted[batch] })) };
  };
  const paper = own('pytorch-paper'), careful = own('pytorch-careful');
  const sampling = (report) => batches.map((batch) => ({ batch, value: report?.phases?.find((p) => p.batch === batch)?.sampling_share_of_training ?? null, aim: 0.2, most: true }));
  const single = (point, what, value, aim, most = false) => ({ point, what, values: [{ batch: null, value: value ?? null, aim, most }] });
  const full = (peer) => secondsOf(measurements, peer, 512, 'full');
  const worstProduct = (report) => (report?.dense ? Math.min(...report.dense.map((d) => d.gflops)) : null);
  return [
    ratio(1, "Chromium, 1 worker, against the paper's PyTorch", paper, own('ours-chromium-1'), [35, 28, 40]),
    ratio(1, "Chromium, 2 workers, against the paper's PyTorch", paper, own('ours-chromium-2'), [65, 55, 60]),
    ratio(2, 'Chromium, 2 workers, against the best library in the browser', library, own('ours-chromium-2'), [22, 18, 17]),
    ratio(3, "native, 2 threads, against the paper's PyTorch", paper, own('ours-native-2'), [110, 100, 120]),
    ratio(3, 'native, 2 threads, against PyTorch with care', careful, own('ours-native-2'), [30, 35, 25]),
    { point: 4, what: 'sampling a batch, share of training on it, native', values: sampling(native) },
    { point: 4, what: 'sampling a batch, share of training on it, Chromium', values: sampling(chromium) },
    ratio(4, 'Chromium, 2 workers against 1', own('ours-chromium-1'), own('ours-chromium-2'), [1.9, 1.9, 1.6]),
    ratio(4, 'native, 2 threads against 1', own('ours-native-1'), own('ours-native-2'), [1.9, 1.9, 1.6]),
    ratio(4, `Chromium, 1 worker, of native 1 thread${best ? ` (${best})` : ''}`, own('ours-native-1'), own('ours-chromium-1'), 0.5),
    ratio(4, 'gradient in WebAssembly (Node) of native limited to 128 bits', gradient(native, '128 bit'), gradient(node), 0.75),
    single(6, 'time for 16 times the batch', growth(native?.scaling?.batch), 16, true),
    single(6, 'time for 16 times the length', growth(native?.scaling?.length), 256, true),
    single(7, "full model, batch 512: Chromium, 2 workers, against the paper's PyTorch", quotient(full('pytorch-paper'), full('ours-chromium-2')), 1.5),
    single(7, "full model, batch 512: native, 2 threads, against the paper's PyTorch", quotient(full('pytorch-paper'), full('ours-native-2')), 4),
    single(7, 'dense products in Chromium, the slowest of three, GFLOP/s a core', worstProduct(chromium), 35),
    single(7, 'dense products in WebAssembly (Node), the slowest of three, GFLOP/s a core', worstProduct(node), 35),
  ];
}

export function aimText(values) {
  const all = values.map((v) => v.aim);
  return (values[0].most ? 'at most ' : '') + (new Set(all).size === 1 ? all[0] : all.join(' / '));
}
export const met = ({ value, aim, most }) => value !== null && (most ? value <= aim : value >= aim);
export const number = (x) => (x === null ? '-' : x >= 100 ? x.toFixed(0) : x.toPrecision(3));
// What no ratio shows, with the command that does.
export const elsewhere = ['5 (the top rung within 10 s of opening): ctest --preset web -R browser-climb -V', '8 (equal to the reference, bit for bit over workers): ctest --preset native -R unit'];

const milliseconds = (s) => (s === null ? '-' : s >= 1 ? `${(s * 1e3).toFixed(0)} ms` : `${(s * 1e3).toPrecision(3)} ms`);
const row = (cells) => `| ${cells.join(' | ')} |`;
const ruler = (columns) => `|${'---|'.repeat(columns)}`;

export function markdown(run, measurements, benches) {
  const minimal = measurements.filter((m) => m.model === 'minimal'), full = measurements.filter((m) => m.model === 'full');
  const peersOf = (lines) => [...new Set(lines.map((m) => m.peer))];
  const out = [`Measured on ${run.date.slice(0, 10)} (${run.processor}, ${run.cores} cores), commit ${run.commit}; at most ${Math.max(...measurements.map((m) => m.busy_cores_before))} cores in use before a measurement.`, ''];
  if (minimal.length) {
    out.push(row(['minimal model, a step', ...batches.map((b) => `batch ${b}`)]), ruler(4));
    for (const peer of peersOf(minimal)) out.push(row([peer, ...batches.map((b) => milliseconds(secondsOf(minimal, peer, b)))]));
    out.push('');
  }
  if (full.length) {
    const sizes = [...new Set(full.map((m) => m.batch))];
    out.push(row(['full model, a step', ...sizes.map((b) => `batch ${b}`)]), ruler(1 + sizes.length));
    for (const peer of peersOf(full)) out.push(row([peer, ...sizes.map((b) => milliseconds(secondsOf(full, peer, b, 'full')))]));
    out.push('');
  }
  out.push(row(['point', 'how many times as fast, or share', ...batches.map((b) => `batch ${b}`), 'aimed at', 'reached']), ruler(7));
  for (const { point, what, values } of aims(measurements, benches)) {
    const one = values.length === 1, cells = one ? [number(values[0].value), '', ''] : values.map((v) => number(v.value));
    out.push(row([point, what, ...cells, aimText(values), values.map((v) => (v.value === null ? '-' : met(v) ? 'yes' : 'no')).join(' / ')]));
  }
  out.push('', 'Elsewhere:', ...elsewhere.map((line) => `- ${line}`), '');
  return out.join('\n');
}
