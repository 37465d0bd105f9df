// Reads safetensors with F32 and I32 tensors: {tensors: {name: {shape, values}}, metadata}.
export function readTensors(buffer) {
  const size = Number(new DataView(buffer).getBigUint64(0, true));
  const { __metadata__: metadata, ...entries } = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, size)));
  const tensors = {};
  for (const [name, { dtype, shape, data_offsets: [begin, end] }] of Object.entries(entries)) {
    const Values = dtype === 'F32' ? Float32Array : Int32Array;
    tensors[name] = { shape, values: new Values(buffer, 8 + size + begin, (end - begin) / 4) };
  }
  return { tensors, metadata };
}
