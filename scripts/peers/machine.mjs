// What figures depend on besides the programs: the machine, what else it does, the project's commit.
import os from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { root } from './places.mjs';
import { run } from './process.mjs';

export async function machine() {
  const commit = await run('git', ['-C', root, 'describe', '--always', '--dirty']).catch(() => 'unknown');
  const [{ model }] = os.cpus();
  return {
    date: new Date().toISOString().slice(0, 10), commit: commit.trim(), processor: model.trim(), cores: os.cpus().length,
    memory_gib: Math.round(os.totalmem() / 2 ** 30), kernel: os.release(), node: process.versions.node,
  };
}

// How many cores are at work while this program waits: 0 on a machine at rest.
export async function busyCores(seconds = 0.5) {
  const busyMilliseconds = () => os.cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
  const before = busyMilliseconds(), began = performance.now();
  await pause(seconds * 1000);
  return Number(((busyMilliseconds() - before) / (performance.now() - began)).toFixed(2));
}
