// The page's training workers: starts them, links every two of them by a channel of their own, carries the page's
// commands, and sees to it that they live. Which module a worker loads depends on what the browser can run.
'use strict';

// (module (func (result v128) i32.const 0 i8x16.splat))
const simdModule = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11]);

const askEvery = 250;    // milliseconds
const patience = 60000;  // until a worker says that it needs less

// onReport(rank, ArrayBuffer), onLost(rank, why): all workers are gone then, and the next ensure() starts new ones;
// onMeasured(text): the answer to measure().
function createWorkerPool({ base, onReport, onLost, onMeasured }) {
  const script = 'worker.js';
  let simd = WebAssembly.validate(simdModule);
  const module = () => (simd ? 'ladder-worker-simd.js' : 'ladder-worker-scalar.js');
  const url = (file) => new URL(file, base).href;
  let workers = [], timer = 0;

  // In the page that is one file the scripts are texts inside it; where the workers are compared with others there is no page.
  const inside = (file) => {
    const text = typeof document === 'object' && document.getElementById(file);
    return text && text.textContent;
  };

  // Where a blob is refused, an address that holds the text itself may do. A blob is kept until its worker has begun or ended.
  function spawnText(text) {
    const address = URL.createObjectURL(new Blob([text], { type: 'text/javascript' })), release = () => URL.revokeObjectURL(address);
    try {
      const worker = Object.assign(new Worker(address), { release });
      worker.addEventListener('message', release, { once: true });
      return worker;
    } catch {
      release();
      return new Worker('data:text/javascript;charset=utf-8,' + encodeURIComponent(text));
    }
  }

  // An opaque origin (a sandboxed frame) may not start a worker from an address, only from a text of its own.
  function spawn() {
    if (inside(script)) return spawnText(`${inside(module())}\n${inside(script)}`);
    try {
      return new Worker(url(script));
    } catch {
      return spawnText(`importScripts(${JSON.stringify(url(script))});`);
    }
  }

  function lost(worker, why) {
    const rank = workers.indexOf(worker);
    if (rank < 0) return;
    if (!worker.loaded) simd = false;  // the plain module, which every browser can load, gives the same numbers
    end();
    onLost(rank, why);
  }

  function end() {
    clearInterval(timer);
    for (const worker of workers) {
      worker.terminate();
      if (worker.release) worker.release();
    }
    workers = [];
  }

  // A worker that was killed says nothing and one that hangs says nothing: each is asked now and then and has to answer in the
  // time that it said it may need. That is counted in questions and not by a clock, so that none is lost while a page is frozen,
  // a machine sleeps or a clock is set.
  function ask() {
    for (const worker of workers) {
      if (worker.unanswered * askEvery >= worker.patience) return lost(worker, 'it stopped answering');
      worker.unanswered += 1;
      if (worker.unanswered === 1) worker.postMessage({ kind: 'ask' });
    }
  }

  function add() {
    const rank = workers.length;
    const worker = Object.assign(spawn(), { loaded: false, unanswered: 0, patience });
    worker.onmessage = ({ data }) => {
      worker.unanswered = 0;
      if (data.kind === 'report') {
        const from = workers.indexOf(worker);
        if (from >= 0) onReport(from, data.bytes);
      } else if (data.kind === 'alive') {
        worker.loaded = true;
        worker.patience = data.patience;
      } else if (data.kind === 'measured') {
        onMeasured(data.text);
      } else if (data.kind === 'failed') {
        lost(worker, data.why);
      }
    };
    worker.onerror = (event) => {
      event.preventDefault();
      lost(worker, event.message || 'its script could not be loaded');
    };
    worker.postMessage({ kind: 'load', module: inside(script) ? '' : url(module()) });
    workers.forEach((other, otherRank) => {
      const channel = new MessageChannel();
      worker.postMessage({ kind: 'link', rank: otherRank, port: channel.port1 }, [channel.port1]);
      other.postMessage({ kind: 'link', rank, port: channel.port2 }, [channel.port2]);
    });
    workers.push(worker);
  }

  return {
    end,
    ensure(count) {
      if (workers.length === 0) timer = setInterval(ask, askEvery);
      while (workers.length < count) add();
    },
    post(rank, bytes) {
      if (workers[rank]) workers[rank].postMessage({ kind: 'command', bytes }, [bytes]);
    },
    measure(bytes) {
      workers[0].postMessage({ kind: 'measure', bytes }, [bytes]);
    },
  };
}
