// The fixture and the PyTorch peers, run by the first Python on the path that has Debian's torch.
import fs from 'node:fs';
import path from 'node:path';
import { here, made, fixtureOf } from './places.mjs';
import { run, runJson } from './process.mjs';

let found = null;

async function python() {
  if (found) return found;
  const folders = [...new Set((process.env.PATH || '').split(path.delimiter).filter(Boolean))];
  for (const program of folders.map((folder) => path.join(folder, 'python3')).filter((file) => fs.existsSync(file))) {
    const version = await run(program, ['-c', 'import torch; print(torch.__version__)']).catch(() => null);
    if (version) return (found = { program, version: version.trim() });
  }
  throw new Error('No python3 on the path has PyTorch. Run scripts/setup peers.');
}

export const torchVersion = async () => (await python()).version;

export async function writeFixtures(batches) {
  await run((await python()).program, [path.join(here, 'fixture.py'), made, ...batches.map(String)]);
}

// kind: paper, careful or full.
export async function measureTorch(kind, threads, { batch, warmup, steps }) {
  const source = kind === 'full' ? String(batch) : fixtureOf(batch);
  return runJson((await python()).program, [path.join(here, 'torch_bench.py'), kind, source, ...[threads, warmup, steps].map(String)]);
}
