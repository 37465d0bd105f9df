// onnxruntime-web has no training build any more: an inference session runs a graph of the whole step, forward,
// backward, clip and AdamW (ort_graph.js), and is given back the state that it returned.
import * as ort from './ort.wasm.min.mjs';
import { offer } from './measure.js';
import { stepGraph } from './ort_graph.js';
import { hyper } from './problem.js';

offer(async (problem, { threads }) => {
  ort.env.wasm.wasmPaths = new URL('./', location.href).href;
  ort.env.wasm.numThreads = threads;
  const session = await ort.InferenceSession.create(stepGraph(problem), { executionProviders: ['wasm'] });
  const { B, T, L, H, E } = problem;
  const number = (values, shape) => new ort.Tensor('float32', values, shape);
  const whole = (values, shape) => new ort.Tensor('int64', BigInt64Array.from(values, BigInt), shape);
  let state = {};
  for (const [name, values, shape] of [['query', problem.query, [E, H * E]], ['value', problem.value, [H * E, E]]]) {
    state[name] = number(values, shape);
    state[`first_${name}`] = number(new Float32Array(values.length), shape);
    state[`second_${name}`] = number(new Float32Array(values.length), shape);
  }
  let t = 0;
  const step = async (inputs, targets) => {
    ++t;
    const result = await session.run({
      ...state, tokens: whole(inputs, [B, T]), targets: whole(targets, [B * L]),
      correction_1: number(new Float32Array([1 / (1 - hyper.beta1 ** t)]), []), correction_2: number(new Float32Array([1 / (1 - hyper.beta2 ** t)]), []),
    });
    state = Object.fromEntries(Object.keys(state).map((name) => [name, result[`next_${name}`]]));
    return result.loss.data[0];
  };
  return { step, threads };
});
