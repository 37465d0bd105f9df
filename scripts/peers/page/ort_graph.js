// One training step as an ONNX graph for a fixed batch: heads stacked, only the scored queries, values applied after
// attention; gradients by hand, clipped, AdamW. State comes in as inputs and goes out as next_* outputs.
import { constant, model, node, port } from './onnx_file.js';
import { additiveMask, hyper } from './problem.js';

const runtime = 'com.microsoft';  // the domain of FusedMatMul

export function stepGraph(problem) {
  const { B, T, L, D, H, E } = problem;
  const N = B * L, rows = L * H, wide = H * E, scale = { float: 1 / Math.sqrt(E) };
  const shapes = { query: [E, wide], value: [wide, E] };
  const nodes = [], constants = [];
  const make = (output, operator, inputs, attributes, domain) => nodes.push(node(operator, inputs, [output], attributes, domain));
  const number = (name, x) => constants.push(constant(name, [], new Float32Array([x])));
  const sizes = (name, list) => constants.push(constant(name, [list.length], BigInt64Array.from(list, BigInt)));

  function declare() {
    const positions = new Float32Array(T * T);
    for (let t = 0; t < T; ++t) positions[t * T + t] = 1;
    constants.push(constant('positions', [1, T, T], positions), constant('mask', [rows, T], additiveMask(problem)), constant('off_on', [2], new Float32Array([0, 1])));
    for (const [name, list] of Object.entries({
      classes: [D], all_positions: [B, T, T], first_row: [T - L], end_row: [T], axis_1: [1], zero: [0], last_axis: [-1],
      flat_rows: [N, E], by_head: [B, rows, E], flat_heads: [N, wide], by_sequence: [B, L * D], pad_outputs: [0, 0, 0, E - D],
    })) sizes(name, list);
    number('mean', 1 / N);
    number('minus_mean', -1 / N);
  }

  function forward() {
    make('token_hot', 'OneHot', ['tokens', 'classes', 'off_on'], { axis: -1 });
    make('position_hot', 'Expand', ['positions', 'all_positions']);
    make('x', 'Concat', ['token_hot', 'position_hot'], { axis: 2 });
    make('x_scored', 'Slice', ['x', 'first_row', 'end_row', 'axis_1']);
    make('x_rows', 'Reshape', ['x_scored', 'flat_rows']);
    make('q_rows', 'MatMul', ['x_rows', 'query']);
    make('q', 'Reshape', ['q_rows', 'by_head']);
    make('scores', 'FusedMatMul', ['q', 'x'], { transB: 1, alpha: scale }, runtime);
    make('masked', 'Add', ['scores', 'mask']);
    make('attention', 'Softmax', ['masked'], { axis: -1 });
    make('mixed_3', 'MatMul', ['attention', 'x']);
    make('mixed', 'Reshape', ['mixed_3', 'flat_heads']);
    make('value_d', 'Slice', ['value', 'zero', 'classes', 'axis_1']);
    make('logits', 'MatMul', ['mixed', 'value_d']);
    make('log_p', 'LogSoftmax', ['logits'], { axis: -1 });
    make('target_hot', 'OneHot', ['targets', 'classes', 'off_on'], { axis: -1 });
    make('picked', 'Mul', ['log_p', 'target_hot']);
    // Summed by sequence first: one running float32 sum over all predictions would lose the loss' fifth digit.
    make('picked_by_sequence', 'Reshape', ['picked', 'by_sequence']);
    make('sums', 'ReduceSum', ['picked_by_sequence', 'axis_1'], { keepdims: 0 });
    make('sum', 'ReduceSum', ['sums'], { keepdims: 0 });
    make('loss', 'Mul', ['sum', 'minus_mean']);
  }

  function backward() {
    make('p', 'Exp', ['log_p']);
    make('p_minus_target', 'Sub', ['p', 'target_hot']);
    make('d_logits', 'Mul', ['p_minus_target', 'mean']);
    make('d_value_d', 'FusedMatMul', ['mixed', 'd_logits'], { transA: 1 }, runtime);
    make('d_value', 'Pad', ['d_value_d', 'pad_outputs'], { mode: 'constant' });
    make('d_mixed', 'FusedMatMul', ['d_logits', 'value_d'], { transB: 1 }, runtime);
    make('d_mixed_3', 'Reshape', ['d_mixed', 'by_head']);
    make('d_attention', 'FusedMatMul', ['d_mixed_3', 'x'], { transB: 1 }, runtime);
    make('weighted', 'Mul', ['d_attention', 'attention']);
    make('row_sums', 'ReduceSum', ['weighted', 'last_axis'], { keepdims: 1 });
    make('centred', 'Sub', ['d_attention', 'row_sums']);
    make('d_scores', 'Mul', ['centred', 'attention']);
    make('d_q_3', 'FusedMatMul', ['d_scores', 'x'], { alpha: scale }, runtime);
    make('d_q', 'Reshape', ['d_q_3', 'flat_heads']);
    make('d_query', 'FusedMatMul', ['x_rows', 'd_q'], { transA: 1 }, runtime);
  }

  function clip() {
    number('clip', hyper.clip);
    number('clip_epsilon', hyper.clipEpsilon);
    number('one', 1);
    for (const name of Object.keys(shapes)) make(`squares_${name}`, 'ReduceSumSquare', [`d_${name}`], { keepdims: 0 });
    make('squares', 'Add', ['squares_query', 'squares_value']);
    make('norm', 'Sqrt', ['squares']);
    make('norm_positive', 'Add', ['norm', 'clip_epsilon']);
    make('ratio', 'Div', ['clip', 'norm_positive']);
    make('clip_scale', 'Min', ['ratio', 'one']);
  }

  function adamw() {
    for (const [name, x] of Object.entries({
      beta_1: hyper.beta1, rest_1: 1 - hyper.beta1, beta_2: hyper.beta2, rest_2: 1 - hyper.beta2,
      rate: hyper.rate, keep: 1 - hyper.rate * hyper.decay, epsilon: hyper.epsilon,
    })) number(name, x);
    for (const name of Object.keys(shapes)) {
      const own = (part) => `${part}_${name}`;
      make(own('g'), 'Mul', [own('d'), 'clip_scale']);
      make(own('first_kept'), 'Mul', [own('first'), 'beta_1']);
      make(own('first_new'), 'Mul', [own('g'), 'rest_1']);
      make(own('next_first'), 'Add', [own('first_kept'), own('first_new')]);
      make(own('g2'), 'Mul', [own('g'), own('g')]);
      make(own('second_kept'), 'Mul', [own('second'), 'beta_2']);
      make(own('second_new'), 'Mul', [own('g2'), 'rest_2']);
      make(own('next_second'), 'Add', [own('second_kept'), own('second_new')]);
      make(own('m'), 'Mul', [own('next_first'), 'correction_1']);
      make(own('v'), 'Mul', [own('next_second'), 'correction_2']);
      make(own('root'), 'Sqrt', [own('v')]);
      make(own('root_positive'), 'Add', [own('root'), 'epsilon']);
      make(own('direction'), 'Div', [own('m'), own('root_positive')]);
      make(own('move'), 'Mul', [own('direction'), 'rate']);
      make(own('decayed'), 'Mul', [name, 'keep']);
      make(own('next'), 'Sub', [own('decayed'), own('move')]);
    }
  }

  for (const part of [declare, forward, backward, clip, adamw]) part();
  const inputs = [port('tokens', 'int64', [B, T]), port('targets', 'int64', [N]), port('correction_1', 'float', []), port('correction_2', 'float', [])];
  const outputs = [port('loss', 'float', [])];
  for (const [name, shape] of Object.entries(shapes))
    for (const part of [name, `first_${name}`, `second_${name}`]) {
      inputs.push(port(part, 'float', shape));
      outputs.push(port(`next_${part}`, 'float', shape));
    }
  return model({ nodes, constants, inputs, outputs });
}
