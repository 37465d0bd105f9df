// Runs a library's training step in a page: bench({fixture, warmup, steps, ...}) -> {seconds: [..], losses: [..]}.
// prepare(problem, options) -> {step(inputs, targets) -> Promise<loss>, version}. A step begins with token numbers and
// ends with its loss read back and its update done.
import { readProblem } from './problem.js';

export function offer(prepare) {
  window.bench = async ({ fixture, warmup, steps, ...options }) => {
    const problem = readProblem(await (await fetch(fixture)).arrayBuffer());
    const { step, ...about } = await prepare(problem, options);
    const seconds = [], losses = [];
    for (let i = 0; i < warmup + steps; ++i) {
      await new Promise((next) => setTimeout(next, 0));  // lets the page breathe
      const begin = performance.now();
      losses.push(await step(problem.inputs, problem.targets));
      seconds.push((performance.now() - begin) / 1000);
    }
    return { seconds: seconds.slice(warmup), losses: losses.slice(0, 5), isolated: window.crossOriginIsolated, ...about };
  };
}
