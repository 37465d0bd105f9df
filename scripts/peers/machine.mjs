// What figures depend on besides the programs: the machine, its load when the run begins, the project's commit.
import os from 'node:os';
import { root } from './places.mjs';
import { run } from './process.mjs';

export async function machine() {
  const commit = await run('git', ['-C', root, 'describe', '--always', '--dirty']).catch(() => 'unknown');
  const [{ model }] = os.cpus();
  return {
    date: new Date().toISOString().slice(0, 10), commit: commit.trim(), processor: model.trim(), cores: os.cpus().length,
    memory_gib: Math.round(os.totalmem() / 2 ** 30), kernel: os.release(), node: process.versions.node, load_at_start: Number(os.loadavg()[0].toFixed(2)),
  };
}
