// The page as a student meets it: it opens fast, trains by itself, climbs to the top rung, and stays smooth.
// Leaves pictures in build/web/screenshots where LADDER_SCREENSHOTS is set.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { dist, open, picture, state, until, visit } from './support.mjs';

// Times are printed, never asserted. A minute to the top is the promise on a quiet machine.

let session;
before(async () => { session = await open(); });
after(async () => { await session.close(); });

test('the page weighs less than 1.2 MB compressed', () => {
  // What a visit loads: the page and all it names, and the one flavour of the worker that its browser can run; another language only on demand.
  const names = ['index.html', 'icon.svg', ...fs.readdirSync(path.join(dist, 'assets')).filter((name) => !/\.(gz|br)$|^(ladder-worker-scalar|language-|bench)/.test(name)).map((name) => path.join('assets', name))];
  const size = (suffix) => Object.fromEntries(names.map((name) => [name, fs.statSync(path.join(dist, name + suffix)).size]));
  const sum = (sizes) => Object.values(sizes).reduce((a, b) => a + b, 0);
  const gzip = size('.gz');
  console.log(`compressed: ${(sum(gzip) / 1e6).toFixed(3)} MB, as Brotli ${(sum(size('.br')) / 1e6).toFixed(3)} MB`, gzip);
  assert.ok(sum(gzip) < 1.2e6, `${sum(gzip)} bytes`);
});

test('at full speed it reaches the top as fast as the machine goes', async () => {
  const opened = Date.now();
  const { page, context, errors } = await visit(session, { smooth: true, query: '?speed=0' });
  const last = await until(page, 'the top rung', (s) => s.rung === s.h);
  console.log(`at full speed: top rung ${((Date.now() - opened) / 1000).toFixed(1)} s after opening, at step ${last.step}`);
  assert.deepEqual(errors, []);
  await context.close();
});

test('it climbs to the top and to cooperation by itself, without a word on the console', async () => {
  const opened = Date.now();
  const { page, context, errors } = await visit(session, { smooth: true });
  await page.waitForFunction(() => window.ladder && window.ladder.frames().count > 0);
  const interactive = Math.round((await page.evaluate(() => window.ladder.frames())).first);
  await until(page, 'a first step', (s) => s.step > 0);
  await page.evaluate(() => window.ladder.resetFrames());

  const rungs = [], phases = [];
  const note = (list, value) => { if (list[list.length - 1] !== value) list.push(value); };
  await until(page, 'the top rung', (s) => {
    note(rungs, s.rung);
    note(phases, s.phase);
    return s.rung === s.h;
  });
  const climbed = (Date.now() - opened) / 1000;
  await picture(page, 'page-1280x720-light.png');
  await until(page, 'cooperation', (s) => {
    note(phases, s.phase);
    return s.phase === 'cooperative';
  });
  const frames = await page.evaluate(() => window.ladder.frames());
  console.log(`interactive after ${interactive} ms, top rung after ${climbed.toFixed(1)} s, rungs ${rungs}, phases ${phases}, ` +
    `${frames.count} frames, mean ${(frames.total / frames.count).toFixed(2)} ms, longest ${frames.longest.toFixed(1)} ms`);
  assert.deepEqual(rungs, [...rungs].sort((a, b) => a - b), 'rungs were reached in order');
  assert.ok(phases.indexOf('competitive') >= 0 && phases.indexOf('competitive') < phases.indexOf('cooperative'), phases.join());
  assert.deepEqual(errors, []);
  await context.close();
});

for (const [width, height, dark] of [[1280, 720, true], [390, 844, false], [390, 844, true]]) {
  const name = `page-${width}x${height}-${dark ? 'dark' : 'light'}.png`;
  test(`it fits ${width} x ${height}, ${dark ? 'dark' : 'light'}`, async () => {
    const phone = width < 600;
    // Small batches climb in a fifth of the time.
    const { page, context, errors } = await visit(session, { query: '?speed=0&batch=128', width, height, dark, touch: phone, scale: phone ? 2 : 1 });
    await until(page, 'the top rung', (s) => s.rung === s.h);
    await page.waitForTimeout(500);  // the marker glides to its place
    await picture(page, name);
    const canvas = await page.evaluate(() => {
      const c = document.getElementById('canvas');
      return { width: c.width, height: c.height, overflow: document.documentElement.scrollWidth > window.innerWidth };
    });
    assert.deepEqual(canvas, { width: width * (phone ? 2 : 1), height: height * (phone ? 2 : 1), overflow: false });
    assert.deepEqual(errors, []);
    await context.close();
  });
}

test('it follows a change of size', async () => {
  const { page, context } = await visit(session, { query: '?speed=0&steps=10' });
  await until(page, 'the end of the run', (s) => s.state === 'finished');
  await page.setViewportSize({ width: 900, height: 500 });
  await page.waitForFunction(() => document.getElementById('canvas').width === 900 && document.getElementById('canvas').height === 500);
  assert.equal((await state(page)).step, 10);
  await context.close();
});
