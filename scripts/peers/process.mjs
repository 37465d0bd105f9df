// Runs another program and takes its standard output; a failure names the program and what it said.
import { execFile } from 'node:child_process';
import path from 'node:path';

export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    execFile(program, args, { maxBuffer: 1 << 26, ...options }, (error, output, complaints) => {
      if (!error) return resolve(output);
      const last = complaints.trim().split('\n').slice(-3).join(' ');
      reject(new Error(`${path.basename(program)} ${args.slice(0, 2).join(' ')} failed: ${last || error.message}`));
    });
  });
}

export const runJson = async (...args) => JSON.parse(await run(...args));
