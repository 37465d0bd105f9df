// TensorFlow.js on its WebAssembly backend: heads stacked, only the scored queries, values applied after attention.
// Its fast product serves only untransposed matrices, so gradients of products are written as transpose and product.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { getThreadsCount, setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { offer } from './measure.js';
import { additiveMask, hyper } from './problem.js';

const transposed = (gradient, left) => tf.matMul(tf.transpose(left), gradient);

// left: data, for which no gradient is computed; saved, so that it outlives the forward pass.
const dataTimes = (left, right) =>
  tf.customGrad((r, save) => {
    save([left]);
    return { value: tf.matMul(left, r), gradFunc: (g, [l]) => [transposed(g, l)] };
  })(right);
const times = (left, right) =>
  tf.customGrad((l, r, save) => {
    save([l, r]);
    return { value: tf.matMul(l, r), gradFunc: (g, [l, r]) => [tf.matMul(g, tf.transpose(r)), transposed(g, l)] };
  })(left, right);

offer(async (problem, { threads }) => {
  setWasmPaths('./');
  setThreadsCount(threads);
  await tf.setBackend('wasm');
  await tf.ready();
  const { B, T, L, D, H, E } = problem;
  const positions = tf.tidy(() => tf.eye(T).expandDims(0).tile([B, 1, 1]));
  const mask = tf.tensor2d(additiveMask(problem), [L * H, T]);
  const query = tf.variable(tf.tensor2d(problem.query, [E, H * E]));
  const value = tf.variable(tf.tensor2d(problem.value, [H * E, E]));
  const adam = tf.train.adam(hyper.rate, hyper.beta1, hyper.beta2, hyper.epsilon);

  const loss = (inputs, targets) => {
    const x = tf.concat([tf.oneHot(tf.tensor2d(inputs, [B, T], 'int32'), D).toFloat(), positions], 2);  // (B, T, E)
    const q = dataTimes(x.slice([0, T - L, 0], [B, L, E]).reshape([B * L, E]), query).reshape([B, L * H, E]);
    const attention = tf.softmax(tf.matMul(q, x, false, true).mul(1 / Math.sqrt(E)).add(mask));
    const logits = times(tf.matMul(attention, x).reshape([B * L, H * E]), value.slice([0, 0], [H * E, D]));
    const classes = tf.oneHot(tf.tensor1d(targets, 'int32'), D).toFloat();
    // Summed by sequence first: one running float32 sum over all predictions would lose the loss' fifth digit.
    return tf.losses.softmaxCrossEntropy(classes, logits, undefined, undefined, tf.Reduction.NONE).reshape([B, L]).mean(1).mean();
  };
  const step = async (inputs, targets) => {
    const result = tf.tidy(() => {
      const { value: mean, grads } = tf.variableGrads(() => loss(inputs, targets), [query, value]);
      const names = Object.keys(grads);
      const norm = tf.sqrt(tf.addN(names.map((name) => tf.sum(tf.square(grads[name])))));
      const scale = tf.minimum(tf.div(hyper.clip, norm.add(hyper.clipEpsilon)), 1);
      for (const name of names) grads[name] = grads[name].mul(scale);
      for (const variable of [query, value]) variable.assign(variable.mul(1 - hyper.rate * hyper.decay));
      adam.applyGradients(grads);
      return tf.keep(mean);
    });
    const number = (await result.data())[0];
    result.dispose();
    return number;
  };
  return { step, threads: getThreadsCount() };
});
