// Lets web/worker.js run in a Node worker thread: the few names of a browser's worker that it uses.
'use strict';
const fs = require('node:fs');
const vm = require('node:vm');
const { fileURLToPath } = require('node:url');
const { parentPort, workerData } = require('node:worker_threads');

const load = (url) => vm.runInThisContext(fs.readFileSync(fileURLToPath(url), 'utf8'), { filename: fileURLToPath(url) });

globalThis.self = globalThis;
globalThis.location = { href: workerData };
globalThis.importScripts = load;
globalThis.postMessage = (message, transfer) => parentPort.postMessage(message, transfer);
parentPort.on('message', (data) => globalThis.onmessage({ data }));
load(workerData);
