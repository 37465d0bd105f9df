// Our training workers in a page that shows nothing. web/pool.js is loaded before this script.
import { measureWorkers } from './worker_session.js';

window.bench = (options) => measureWorkers(globalThis.createWorkerPool, location.href, options);
