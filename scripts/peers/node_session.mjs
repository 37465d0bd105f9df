// Our training workers under Node: node_session.mjs FOLDER OPTIONS, prints what measureWorkers gives as JSON. FOLDER
// holds pool.js, session.js, worker.js and the modules; worker threads stand in for a browser's workers.
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { pathToFileURL } from 'node:url';
import { Worker as Thread } from 'node:worker_threads';
import { here } from './places.mjs';

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
for (const script of ['pool.js', 'session.js']) vm.runInThisContext(fs.readFileSync(path.join(folder, script), 'utf8'));
const result = await globalThis.measureWorkers(pathToFileURL(folder + path.sep).href, JSON.parse(options));
process.stdout.write(JSON.stringify(result) + '\n', () => process.exit(0));
