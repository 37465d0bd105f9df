// The page's training workers: starts them, links every two of them by a channel of their own, and carries
// the page's commands. Which module a worker loads depends on what the browser can run.
'use strict';

// (module (func (result v128) i32.const 0 i8x16.splat))
const simdModule = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11]);

// onReport(rank, ArrayBuffer), onLost(rank, why)
function createWorkerPool({ base, onReport, onLost }) {
  const simd = WebAssembly.validate(simdModule);
  const module = simd ? 'ladder-worker-simd.js' : 'ladder-worker-scalar.js', script = 'worker.js';
  const url = (file) => new URL(file, base).href;
  let workers = [];

  // In the page that is one file the scripts are texts inside it; where the workers are compared with others there is no page.
  const inside = (file) => {
    const text = typeof document === 'object' && document.getElementById(file);
    return text && text.textContent;
  };

  // Where a blob is refused, an address that holds the text itself may do.
  function spawnText(text) {
    try {
      return new Worker(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));
    } catch {
      return new Worker('data:text/javascript;charset=utf-8,' + encodeURIComponent(text));
    }
  }

  // An opaque origin (a sandboxed frame) may not start a worker from an address, only from a text of its own.
  function spawn() {
    if (inside(script)) return spawnText(`${inside(module)}\n${inside(script)}`);
    try {
      return new Worker(url(script));
    } catch {
      return spawnText(`importScripts(${JSON.stringify(url(script))});`);
    }
  }

  function lost(worker, why) {
    const rank = workers.indexOf(worker);
    if (rank < 0) return;
    for (const other of workers) other.terminate();
    workers = [];
    onLost(rank, why);
  }

  function add() {
    const rank = workers.length;
    const worker = spawn();
    worker.onmessage = ({ data }) => {
      if (data.kind === 'report') {
        const from = workers.indexOf(worker);
        if (from >= 0) onReport(from, data.bytes);
      } else if (data.kind === 'failed') {
        lost(worker, data.why);
      }
    };
    worker.onerror = (event) => {
      event.preventDefault();
      lost(worker, event.message || 'its script could not be loaded');
    };
    worker.postMessage({ kind: 'load', module: inside(script) ? '' : url(module) });
    workers.forEach((other, otherRank) => {
      const channel = new MessageChannel();
      worker.postMessage({ kind: 'link', rank: otherRank, port: channel.port1 }, [channel.port1]);
      other.postMessage({ kind: 'link', rank, port: channel.port2 }, [channel.port2]);
    });
    workers.push(worker);
  }

  return {
    end() {
      for (const worker of workers) worker.terminate();
      workers = [];
    },
    ensure(count) {
      while (workers.length < count) add();
    },
    post(rank, bytes) {
      if (workers[rank]) workers[rank].postMessage({ kind: 'command', bytes }, [bytes]);
    },
  };
}
