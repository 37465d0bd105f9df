// Our training workers under Node: node_session.mjs FOLDER OPTIONS, prints what measureWorkers gives as JSON. FOLDER
// holds pool.js, worker.js and the modules; worker threads stand in for a browser's workers.
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { pathToFileURL } from 'node:url';
import { Worker as Thread } from 'node:worker_threads';
import { here } from './places.mjs';
import { measureWorkers } from './page/worker_session.js';

globalThis.Worker = class {
  constructor(address) {
    this.thread = new Thread(path.join(here, 'node_worker.cjs'), { workerData: address });
    this.thread.on('message', (data) => this.onmessage({ data }));
    this.thread.on('error', (error) => this.onerror({ message: error.message, preventDefault() {} }));
  }
  postMessage(message, transfer) { this.thread.postMessage(message, transfer); }
  terminate() { this.thread.terminate(); }
};

const [folder, options] = process.argv.slice(2);
vm.runInThisContext(fs.readFileSync(path.join(folder, 'pool.js'), 'utf8'));
const result = await measureWorkers(globalThis.createWorkerPool, pathToFileURL(folder + path.sep).href, JSON.parse(options));
process.stdout.write(JSON.stringify(result) + '\n', () => process.exit(0));
