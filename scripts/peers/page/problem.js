// What a library in the page is given: the sizes, the batch and the initial weights of a fixture, and the settings
// of the optimizer. B sequences, T input positions, L predictions, D symbols, H heads, E = D + T.
import { readTensors } from './tensor_file.js';

export const hyper = { rate: 0.08, decay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clip: 1, clipEpsilon: 1e-6 };

export function readProblem(buffer) {
  const { tensors, metadata } = readTensors(buffer);
  const { shape: [B, length], values } = tensors.tokens;
  const H = Number(metadata.heads), D = Number(metadata.dim);
  const context = JSON.parse(metadata.spans).reduce((a, b) => a + b);
  const T = length - 1, L = length - context, E = D + T;
  const inputs = new Int32Array(B * T), targets = new Int32Array(B * L);
  for (let b = 0; b < B; ++b) {
    inputs.set(values.subarray(b * length, b * length + T), b * T);
    targets.set(values.subarray(b * length + context, (b + 1) * length), b * L);
  }
  const weights = (kind, head) => tensors[`init.transformer_blocks.0.self_attention.${kind}_proj.${head}.weight`].values;
  return { B, T, L, D, H, E, context, inputs, targets, ...stack(weights, H, E) };
}

// Heads side by side: query (E in, H * E out) and value (H * E in, E out) from (E out, E in) per head.
function stack(weights, H, E) {
  const query = new Float32Array(E * H * E), value = new Float32Array(H * E * E);
  for (let h = 0; h < H; ++h) {
    const w = weights('query', h), v = weights('value', h);
    for (let o = 0; o < E; ++o)
      for (let i = 0; i < E; ++i) {
        query[i * H * E + h * E + o] = w[o * E + i];
        value[(h * E + i) * E + o] = v[o * E + i];
      }
  }
  return { query, value };
}

// (L * H, columns): 0 where query row l may look at a key, -1e9 elsewhere.
export function additiveMask({ L, H, T, context }, columns = T) {
  const mask = new Float32Array(L * H * columns).fill(-1e9);
  for (let row = 0; row < L * H; ++row) mask.fill(0, row * columns, row * columns + Math.floor(row / H) + context);
  return mask;
}
