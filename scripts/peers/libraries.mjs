// The libraries of the browser, each as it is fastest there: their pages, the files these load, and versions.
import fs from 'node:fs';
import path from 'node:path';
import { runInBrowser } from './browser.mjs';
import { fixtureOf, made, modules } from './places.mjs';

const site = path.join(made, 'site');
const filesOf = (folder, wanted) => fs.readdirSync(path.join(modules, folder)).filter((name) => wanted.test(name)).map((name) => path.join(modules, folder, name));

const libraries = {
  jax: { package: '@jax-js/jax' },
  ort: { package: 'onnxruntime-web', folder: 'onnxruntime-web/dist', wanted: /^(ort\.wasm\.min\.mjs|ort-wasm-simd-threaded\.(mjs|wasm))$/ },
  // It takes half of the cores that it sees, so it is told of twice as many.
  tfjs: { package: '@tensorflow/tfjs-backend-wasm', folder: '@tensorflow/tfjs-backend-wasm/dist', wanted: /\.wasm$/, claimedCoresPerThread: 2 },
};

export const libraryVersion = (name) => JSON.parse(fs.readFileSync(path.join(modules, libraries[name].package, 'package.json'))).version;

export function measureLibrary(name, threads, { batch, warmup, steps }) {
  const { folder, wanted, claimedCoresPerThread } = libraries[name];
  const page = { name, files: [fixtureOf(batch), ...(folder ? filesOf(folder, wanted) : [])] };
  const claimedCores = claimedCoresPerThread && claimedCoresPerThread * threads;
  return runInBrowser(site, page, { fixture: path.basename(fixtureOf(batch)), warmup, steps, threads }, { claimedCores });
}
