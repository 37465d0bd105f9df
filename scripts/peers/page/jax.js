// jax-js on its WebAssembly backend: heads stacked, only the scored queries, values applied after attention, and every
// matrix dimension padded with zeros to a multiple of 4, without which its SIMD products are about 14 times slower.
import * as jax from '@jax-js/jax';
import { offer } from './measure.js';
import { additiveMask, hyper } from './problem.js';

const { numpy: np, nn, jit, valueAndGrad } = jax;
const padded = (n) => Math.ceil(n / 4) * 4;

offer(async (problem) => {
  const device = 'wasm';
  if (!(await jax.init(device)).includes(device)) throw new Error('This browser gives jax-js no WebAssembly.');
  jax.defaultDevice(device);
  const { B, T, L, D, H, E } = problem;
  const EP = padded(E), TP = padded(T), DP = padded(D), rows = L * H;
  const array = (values, shape) => np.array(values, { shape, dtype: np.float32 });
  const whole = (values, shape) => np.array(values, { shape, dtype: np.int32 });

  const query = new Float32Array(EP * H * EP), value = new Float32Array(H * EP * EP);
  for (let h = 0; h < H; ++h)
    for (let i = 0; i < E; ++i) {
      query.set(problem.query.subarray((i * H + h) * E, (i * H + h + 1) * E), (i * H + h) * EP);
      value.set(problem.value.subarray((h * E + i) * E, (h * E + i + 1) * E), (h * EP + i) * EP);
    }
  let parameters = [array(query, [EP, H * EP]), array(value, [H * EP, EP])];
  const positions = new Float32Array(T * (EP - D));
  for (let t = 0; t < T; ++t) positions[t * (EP - D) + t] = 1;
  const mask = additiveMask(problem, TP);
  const noClass = new Float32Array(DP).fill(-1e9, D);

  const oneHot = (tokens) => np.pad(np.concatenate([nn.oneHot(tokens, D), np.broadcastTo(array(positions, [T, EP - D]), [B, T, EP - D])], -1), [[0, 0], [0, TP - T], [0, 0]]);
  const forward = ([q, v], x) => {
    const queries = np.matmul(x.ref.slice([], [T - L, T]).reshape([B * L, EP]), q).reshape([B, rows, EP]);
    const scores = np.matmul(queries, np.transpose(x.ref, [0, 2, 1])).mul(1 / Math.sqrt(E)).add(array(mask, [rows, TP]));
    const mixed = np.matmul(nn.softmax(scores, -1), x);
    return np.matmul(mixed.reshape([B * L, H * EP]), v.slice([], [0, DP])).add(array(noClass, [DP]));
  };
  // Summed by sequence first: one running float32 sum over all predictions would lose the loss' fifth digit.
  const crossEntropy = (logits, targets) =>
    nn.logSoftmax(logits, -1).mul(nn.oneHot(targets, DP)).reshape([B, L * DP]).sum(-1).sum().mul(-1 / (B * L));

  const update = (parameters, first, second, corrections, tokens, targets) => {
    const [loss, gradients] = valueAndGrad((p) => crossEntropy(forward(p, oneHot(tokens.ref)), targets.ref))(parameters.map((p) => p.ref));
    tokens.dispose();
    targets.dispose();
    const squares = gradients.map((g) => np.square(g.ref).sum()).reduce((a, b) => a.add(b));
    const scale = np.minimum(np.reciprocal(np.sqrt(squares).add(hyper.clipEpsilon)).mul(hyper.clip), 1);
    const next = { parameters: [], first: [], second: [] };
    parameters.forEach((p, i) => {
      const g = gradients[i].mul(scale.ref);
      const m = first[i].mul(hyper.beta1).add(g.ref.mul(1 - hyper.beta1));
      const v = second[i].mul(hyper.beta2).add(np.square(g).mul(1 - hyper.beta2));
      const direction = m.ref.mul(corrections.ref.slice(0)).mul(hyper.rate).div(np.sqrt(v.ref.mul(corrections.ref.slice(1))).add(hyper.epsilon));
      next.parameters.push(p.mul(1 - hyper.rate * hyper.decay).sub(direction));
      next.first.push(m);
      next.second.push(v);
    });
    scale.dispose();
    corrections.dispose();
    return [loss, next.parameters, next.first, next.second];
  };
  const compiled = jit(update);
  let first = parameters.map((p) => np.zerosLike(p.ref)), second = parameters.map((p) => np.zerosLike(p.ref)), t = 0;
  const step = async (inputs, targets) => {
    ++t;
    const corrections = array(new Float32Array([1 / (1 - hyper.beta1 ** t), 1 / (1 - hyper.beta2 ** t)]), [2]);
    let loss;
    [loss, parameters, first, second] = compiled(parameters, first, second, corrections, whole(inputs, [B, T]), whole(targets, [B * L]));
    await Promise.all([...parameters, ...first, ...second].map((a) => a.blockUntilReady()));
    return (await loss.data())[0];
  };
  return { step };
});
