// A training worker: loads the training module that this browser can run and moves bytes between it, the
// page and its peers. All decisions are the module's (src/run/peer_worker.h). A classic script, because module
// scripts cannot be loaded inside a sandboxed frame without the host's help.
//
// From the page: {kind: 'load', module} first, module an address or empty where the script holds it already; {kind: 'link', rank, port} for every peer;
// {kind: 'command', bytes}; {kind: 'ask'}; {kind: 'measure', bytes} from the bench page. To the page: {kind: 'report', bytes}, {kind: 'failed', why} and, as soon as it is loaded, when asked and when
// it changes, {kind: 'alive', patience}: milliseconds without a word after which the page may take it for dead; {kind: 'measured', text}.
'use strict';

const toPage = -2, toEveryone = -1, toBench = -3;
const turnLength = 8;  // milliseconds of work between looks at the mailbox
const shortPatience = 1500, longPatience = 60000;
const unknownPieces = 64;  // after a command it may take them to know how long one is

let module = null, worker = 0;
let asleep = 0;        // timer of a turn that is due later
let waking = false;    // a turn is on its way through the mailbox
let pieces = 0;        // of work since the last command
let slowest = 0;       // the longest piece of this run in milliseconds: evaluations, which are longer than steps, may lie thousands of steps apart
let patience = 0;      // as the page was told
const waiting = [];    // messages that came before the module was there
const links = new Map();
const spare = [], mostSpare = 8;  // buffers of peers' messages that are read
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
  if (!at) throw new Error('there is no memory left');
  module.HEAPU8.set(new Uint8Array(buffer), at);
  f(at, size);
  module._free(at);
}

function textAt(at) {
  const end = module.HEAPU8.indexOf(0, at);
  return new TextDecoder().decode(module.HEAPU8.subarray(at, end));
}

const now = () => performance.now() / 1000;

// Ten times the longest piece of work, in doublings so that it is seldom told.
function neededPatience() {
  if (pieces < unknownPieces) return longPatience;
  let needed = shortPatience;
  while (needed < 10 * slowest && needed < longPatience) needed *= 2;
  return Math.min(needed, longPatience);
}

function tellPatience(needed) {
  if (needed === patience) return;
  patience = needed;
  self.postMessage({ kind: 'alive', patience });
}

function wake() {
  if (waking) return;
  waking = true;
  alarm.port2.postMessage(0);
}

function turn() {
  clearTimeout(asleep);
  tellPatience(neededPatience());
  const begin = performance.now();
  let delay, before, after = begin;
  do {
    before = after;
    delay = module._worker_work(worker, before / 1000);
    after = performance.now();
    pieces += 1;
    slowest = Math.max(after - before, slowest);
  } while (delay === 0 && after < begin + turnLength && after >= before);  // a clock may be set back
  if (delay !== 0) tellPatience(shortPatience);
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
    pieces = 0;
    tellPatience(longPatience);
    withBytes(message, (at, size) => { if (module._worker_command(worker, at, size, now())) slowest = 0; });
    turn();
  } else if (from === toBench) {
    tellPatience(longPatience);
    withBytes(message, (at, size) => self.postMessage({ kind: 'measured', text: textAt(module._worker_measure(worker, at, size)) }));
  } else {
    withBytes(message, (at, size) => module._worker_receive(worker, from, at, size));
    if (spare.push(message) > mostSpare) spare.shift();
    turn();
  }
}

// A copy of the bytes, where it can be in a buffer that a peer's message came in: peers exchange messages of one size at every
// step, and none need be made, cleared and collected again.
function copied(bytes) {
  const i = spare.findIndex((buffer) => buffer.byteLength === bytes.length);
  const buffer = i < 0 ? new ArrayBuffer(bytes.length) : spare.splice(i, 1)[0];
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

function post(to, peers, bytes) {
  if (to === toPage) {
    const buffer = bytes.slice().buffer;
    self.postMessage({ kind: 'report', bytes: buffer }, [buffer]);
    return;
  }
  for (const [rank, port] of links) {
    if (to === toEveryone ? rank >= peers : rank !== to) continue;  // to everyone: others have no part in this run
    const buffer = copied(bytes);
    port.postMessage(buffer, [buffer]);
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
  tellPatience(shortPatience);
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
  } else if (data.kind === 'ask' && module) {
    self.postMessage({ kind: 'alive', patience });
  } else if (data.kind === 'measure') {
    handle(data.bytes, toBench);
  }
});
