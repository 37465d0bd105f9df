// The files of our training workers: the page's scripts and the modules of the web build.
import fs from 'node:fs';
import path from 'node:path';
import { root, webBuild } from './places.mjs';

export const workerFiles = [
  ...['pool.js', 'session.js', 'worker.js'].map((name) => path.join(root, 'web', name)),
  ...['simd', 'scalar'].map((flavour) => path.join(webBuild, 'modules', `ladder-worker-${flavour}.js`)),
];

export function copyWorkers(folder) {
  fs.mkdirSync(folder, { recursive: true });
  for (const file of workerFiles) fs.copyFileSync(file, path.join(folder, path.basename(file)));
}
