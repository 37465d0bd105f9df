// Writes ONNX models: the few fields of its protocol buffers that a graph of float32 and int64 tensors needs.
// Field numbers as in the public onnx.proto.
const text = new TextEncoder();

class Message {
  constructor() { this.bytes = []; }
  varint(n) {
    n = BigInt.asUintN(64, BigInt(n));
    for (; n > 127n; n >>= 7n) this.bytes.push(Number(n & 127n) | 128);
    this.bytes.push(Number(n));
    return this;
  }
  int(field, n) { return this.varint(field << 3).varint(n); }
  float(field, x) {
    this.varint((field << 3) | 5).bytes.push(...new Uint8Array(new Float32Array([x]).buffer));
    return this;
  }
  block(field, bytes) {
    this.varint((field << 3) | 2).varint(bytes.length);
    for (const byte of bytes) this.bytes.push(byte);
    return this;
  }
  string(field, s) { return this.block(field, text.encode(s)); }
  message(field, m) { return this.block(field, m.bytes); }
}

const elementType = { float: 1, int64: 7 };

// An attribute is a whole number, a string, or {float: x}.
function attribute(name, value) {
  const m = new Message().string(1, name);
  if (typeof value === 'string') return m.string(4, value).int(20, 3);
  if (typeof value === 'object') return m.float(2, value.float).int(20, 1);
  return m.int(3, value).int(20, 2);
}

export function node(operator, inputs, outputs, attributes = {}, domain = '') {
  const m = new Message();
  for (const name of inputs) m.string(1, name);
  for (const name of outputs) m.string(2, name);
  m.string(3, `make_${outputs[0]}`).string(4, operator);
  for (const [name, value] of Object.entries(attributes)) m.message(5, attribute(name, value));
  if (domain) m.string(7, domain);
  return m;
}

// values: Float32Array or BigInt64Array.
export function constant(name, shape, values) {
  const m = new Message();
  for (const size of shape) m.int(1, size);
  const type = values instanceof Float32Array ? elementType.float : elementType.int64;
  return m.int(2, type).string(8, name).block(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

export function port(name, type, shape) {
  const dimensions = new Message();
  for (const size of shape) dimensions.message(1, new Message().int(1, size));
  return new Message().string(1, name).message(2, new Message().message(1, new Message().int(1, elementType[type]).message(2, dimensions)));
}

export function model({ nodes, constants, inputs, outputs }) {
  const graph = new Message();
  for (const n of nodes) graph.message(1, n);
  graph.string(2, 'step');
  for (const c of constants) graph.message(5, c);
  for (const i of inputs) graph.message(11, i);
  for (const o of outputs) graph.message(12, o);
  const operators = new Message().string(1, '').int(2, 14), runtime = new Message().string(1, 'com.microsoft').int(2, 1);
  return Uint8Array.from(new Message().int(1, 8).message(7, graph).message(8, operators).message(8, runtime).bytes);
}
