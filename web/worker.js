// A training worker: loads the training module that this browser can run and moves bytes between it, the
// page and its peers. All decisions are the module's (src/run/peer_worker.h). A classic script, because module
// scripts cannot be loaded inside a sandboxed frame without the host's help.
//
// From the page: {kind: 'load', module} first, module an address or empty where the script holds it already; {kind: 'link', rank, port} for every peer;
// {kind: 'command', bytes}. To the page: {kind: 'report', bytes}, {kind: 'failed', why}.
'use strict';

const toPage = -2, toEveryone = -1;
const turnLength = 8;  // milliseconds of work between looks at the mailbox

let module = null, worker = 0;
let asleep = 0;        // timer of a turn that is due later
let waking = false;    // a turn is on its way through the mailbox
const waiting = [];    // messages that came before the module was there
const links = new Map();
const alarm = new MessageChannel();  // a way to be called again at once: timers are held back by browsers

const fail = (error) => self.postMessage({ kind: 'failed', why: String((error && error.message) || error) });

function guarded(f) {
  return (...args) => {
    try {
      f(...args);
    } catch (error) {
      fail(error);
    }
  };
}

function withBytes(buffer, f) {
  const size = buffer.byteLength;
  const at = module._malloc(size);
  module.HEAPU8.set(new Uint8Array(buffer), at);
  f(at, size);
  module._free(at);
}

const now = () => performance.now() / 1000;

function wake() {
  if (waking) return;
  waking = true;
  alarm.port2.postMessage(0);
}

function turn() {
  clearTimeout(asleep);
  const end = performance.now() + turnLength;
  let delay;
  do delay = module._worker_work(worker, now());
  while (delay === 0 && performance.now() < end);
  if (delay === 0) wake();
  else if (delay > 0) asleep = setTimeout(wake, Math.ceil(delay * 1000));
}

alarm.port1.onmessage = guarded(() => {
  waking = false;
  turn();
});

function handle(message, from) {
  if (!module) {
    waiting.push([message, from]);
  } else if (from === toPage) {
    withBytes(message, (at, size) => module._worker_command(worker, at, size, now()));
    turn();
  } else {
    withBytes(message, (at, size) => module._worker_receive(worker, from, at, size));
    turn();
  }
}

function post(to, peers, buffer) {
  if (to === toPage) {
    self.postMessage({ kind: 'report', bytes: buffer }, [buffer]);
  } else if (to === toEveryone) {
    for (const [rank, port] of links) {
      if (rank >= peers) continue;  // a worker that has no part in this run
      const copy = buffer.slice(0);
      port.postMessage(copy, [copy]);
    }
  } else {
    links.get(to).postMessage(buffer, [buffer]);
  }
}

// A packed module starts itself from its own bytes (scripts/pack-dist), which nothing keeps then.
function unpacked({ unpack }) {
  if (!unpack) return {};
  return { instantiateWasm: (imports, receive) => { unpack(imports).then((result) => receive(result.instance, result.module)).catch(fail); return {}; } };
}

async function load(url) {
  if (url) self.importScripts(url);
  module = await self.LadderWorker({ ...unpacked(self.LadderWorker), post, print: () => {}, printErr: () => {} });
  worker = module._worker_create();
  for (const [message, from] of waiting.splice(0)) handle(message, from);
}

self.onmessage = guarded(({ data }) => {
  if (data.kind === 'load') {
    load(data.module).catch(fail);
  } else if (data.kind === 'link') {
    links.set(data.rank, data.port);
    data.port.onmessage = guarded((event) => handle(event.data, data.rank));
  } else if (data.kind === 'command') {
    handle(data.bytes, toPage);
  }
});
