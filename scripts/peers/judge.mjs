// Of measured steps the median, of losses whether they are the right ones.
export const tolerance = 1e-5;  // one float32 near 4 rounds by 2e-7; five steps and sums of 60 000 terms stay below this

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b), half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

// The greatest difference; infinite where a loss is missing or not a number, so that it cannot pass.
function lossError(losses, expected) {
  return Math.max(...expected.map((x, i) => (Number.isFinite(losses[i]) && Number.isFinite(x) ? Math.abs(losses[i] - x) : Infinity)));
}

// reference: losses in float64, or null where there are none. checks: further [{losses, expected, what}].
export function judge(losses, reference, checks = []) {
  const all = reference ? [{ losses, expected: reference, what: 'the float64 reference' }, ...checks] : checks;
  return all.map(({ losses, expected, what }) => ({ against: what, error: expected.length ? lossError(losses, expected) : Infinity }));
}
