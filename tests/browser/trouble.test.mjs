// What can go wrong around the page gets a plain sentence, and whatever can still run does.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { dist, open, sentence, state, until, visit, withoutWebGL } from './support.mjs';

let session;
before(async () => { session = await open(); });
after(async () => { await session.close(); });

const broken = {
  'no WebGL 2': [withoutWebGL, /no WebGL 2 drawing surface/],
  'no WebAssembly': ['delete window.WebAssembly', /cannot run WebAssembly/],
  'no workers': ['delete window.Worker', /no web workers/],
};
for (const [what, [script, expected]] of Object.entries(broken))
  test(`${what}: a sentence instead of a blank page`, async () => {
    const { page, context, errors } = await visit(session, { before: script });
    await page.waitForSelector('body.failed');
    assert.match(await sentence(page), expected);
    assert.ok(await page.isVisible('#status'));
    assert.deepEqual(errors, []);
    await context.close();
  });

test('a learning rate that diverges stops at a finite state and says so', async () => {
  const { page, context, errors } = await visit(session, { query: '?speed=0&learning-rate=1000&optimizer=sgd&clip=0&steps=2000' });
  const last = await until(page, 'divergence', (s) => s.state === 'diverged');
  assert.match(last.message, /diverged.*smaller learning rate/i);
  assert.ok(last.kl.every(Number.isFinite));
  assert.deepEqual(errors, []);
  await context.close();
});

test('bad parameters are told and the rest is used', async () => {
  const { page, context, errors } = await visit(session, { query: '?preset=nope&heads=-3&seed=abc&colour=red&steps=20&speed=0' });
  const last = await until(page, 'the end of the run', (s) => s.state === 'finished');
  assert.equal(last.preset, 'default');
  assert.equal(last.step, 20);
  assert.equal(last.problems.length, 4);
  for (const problem of last.problems) assert.match(problem, /^[A-Z].*\.$/);
  assert.deepEqual(errors, []);
  await context.close();
});

test('a worker that cannot start leaves the work to the others', async () => {
  const second = () => {
    const Original = window.Worker;
    let made = 0;
    window.Worker = class extends Original {
      constructor(url) { super(++made % 3 === 2 ? 'missing.js' : url); }  // at the second try too
    };
  };
  const { page, context } = await visit(session, { query: '?speed=0&steps=20&workers=3', before: `(${second})()` });
  const last = await until(page, 'the end of the run', (s) => s.state === 'finished');
  assert.equal(last.workers, 1);
  await context.close();
});

test('no worker at all: a sentence', async () => {
  const none = () => {
    const Original = window.Worker;
    window.Worker = class extends Original {
      constructor() { super('missing.js'); }
    };
  };
  const { page, context } = await visit(session, { before: `(${none})()` });
  const last = await until(page, 'failure', (s) => s.state === 'failed');
  assert.match(last.message, /could not be started/);
  await context.close();
});

// Without: the look for a zero in scripts/serve (it ends).
test('an address that no file can have is refused, and the next one answered', async () => {
  assert.equal((await fetch(`${session.address}%00`)).status, 400);
  assert.equal((await fetch(`${session.address}index.html`)).status, 200);
});

// Port 0 is none that it would listen on: it ends without the help too.
test('asked for help, the server says how it is called and serves nothing', () => {
  const help = execFileSync(process.execPath, [fileURLToPath(new URL('../../scripts/serve', import.meta.url)), '--port', '0', '--help'], { encoding: 'utf8' });
  assert.match(help, /scripts\/serve \[--port N\]/);
});

// Hosts that read _headers join what several rules say of a file.
test('each file is told once how long it may be kept', () => {
  const rules = fs.readFileSync(path.join(dist, '_headers'), 'utf8').trim().split(/\n(?=\/)/).filter((rule) => rule.includes('Cache-Control'));
  const told = (name) => rules.filter((rule) => { const [pattern] = rule.split('\n'); return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern; });
  const [asset] = fs.readdirSync(path.join(dist, 'assets'));
  assert.match(told(`/assets/${asset}`).join(), /^[^,]*public, max-age=31536000, immutable$/);
  for (const name of ['', ...fs.readdirSync(dist).filter((file) => /\.(html|js|json|svg|png|txt)$/.test(file))]) assert.deepEqual(told(`/${name}`).map((rule) => rule.split('Cache-Control: ')[1]), ['no-cache'], name);
});
