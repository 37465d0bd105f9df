// web/examples, each built by the tool it is for where a registry has that, then opened in a browser, where its frame
// must start to train; and the element's package, packed, installed and used.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { mystParse } from 'myst-parser';
import { build, contextOf, dist, open, serve } from '../browser/support.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const examples = path.join(here, '..', '..', 'web', 'examples');
const placeholder = 'https://example.org/attention-ladder/';
const read = (...parts) => fs.readFileSync(path.join(examples, ...parts), 'utf8');

let session, site, folder;
before(async () => {
  session = await open();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ladder-examples-'));
  site = await serve({ root: folder, port: 0 });
});
after(async () => {
  site.close();
  site.closeAllConnections();
  await session.close();
  fs.rmSync(folder, { recursive: true });
});

function put(name, text) {
  fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  fs.writeFileSync(path.join(folder, name), text.replaceAll(placeholder, session.address));
}

// Opens a built example; its first frames must come to measure a model. frames: how many there are in sight at some time.
async function trains(name, { frames = 1, before: prepare = async () => {} } = {}) {
  const context = await contextOf(session, { viewport: { width: 1000, height: 1400 } });
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(`http://127.0.0.1:${site.address().port}/${name}`);
  await prepare(page);
  const ours = () => page.frames().filter((frame) => frame.url().startsWith(session.address));
  const end = Date.now() + 240000;
  while (ours().length < frames && Date.now() < end) await page.waitForTimeout(100);
  assert.equal(ours().length, frames);
  for (const frame of ours()) {
    await (await frame.frameElement()).scrollIntoViewIfNeeded();
    await frame.waitForFunction(() => window.ladder && window.ladder.state().snapshots > 0);
    assert.deepEqual(await frame.evaluate(() => window.ladder.state().problems), []);
    assert.ok(await (await frame.frameElement()).getAttribute('title'), 'a frame has a title');
  }
  assert.deepEqual(errors, []);
  await context.close();
}

test('plain HTML: the text follows the run', async () => {
  for (const name of fs.readdirSync(path.join(examples, 'html'))) put(`html/${name}`, read('html', name));
  await trains('html/index.html', {
    frames: 3,
    before: async (page) => {
      for (const place of await page.$$('attention-ladder, iframe')) await place.scrollIntoViewIfNeeded();
      await page.evaluate(() => window.scrollTo(0, 0));
      await page.waitForFunction(() => /^Rung \d of 3 at step/.test(document.getElementById('said').textContent));
    },
  });
});

test('Sphinx', async () => {
  const source = path.join(folder, 'sphinx-source');
  for (const name of fs.readdirSync(path.join(examples, 'sphinx'))) put(`sphinx-source/${name}`, read('sphinx', name));
  execFileSync('sphinx-build', ['-q', '-W', '-b', 'html', source, path.join(folder, 'sphinx')], { stdio: 'pipe' });
  await trains('sphinx/index.html', { frames: 2 });
});

test('MyST and Jupyter Book', async () => {
  const found = [];
  (function walk(node) {
    if (node.type === 'iframe') found.push(`<iframe src="${node.src.replace(/&/g, '&amp;')}" title="${node.title || 'Attention Ladder'}" width="${node.width}" height="400"></iframe>`);
    if (node.type === 'html' || (node.type === 'raw' && node.lang === 'html')) found.push(node.value);
    for (const child of node.children || []) walk(child);
  })(mystParse(read('myst', 'index.md')));
  assert.equal(found.length, 2, 'the parser sees both frames');
  put('myst/index.html', `<!doctype html>${found.join('\n')}`);
  await trains('myst/index.html', { frames: 2 });
});

test('reveal.js', async () => {
  for (const name of ['index.html', 'slides.js']) put(`reveal/${name}`, read('reveal', name));
  fs.symlinkSync(path.join(here, 'node_modules', 'reveal.js'), path.join(folder, 'reveal', 'reveal.js'));
  await trains('reveal/index.html', {
    before: async (page) => {
      await page.waitForFunction(() => window.Reveal && window.Reveal.isReady());
      await page.evaluate(() => window.Reveal.next());
    },
  });
});

// No registry has these three: their files are taken apart and what would reach the reader is opened.
test('Quarto: its raw blocks', async () => {
  const text = read('quarto', 'index.qmd');
  assert.match(text, /^---\ntitle: .*\nformat:\n(  .*\n)+---\n/);
  const blocks = [...text.matchAll(/^```\{=html\}\n([^]*?)^```$/gm)].map((match) => match[1]);
  assert.equal(blocks.length, 2);
  put('quarto/index.html', `<!doctype html>${blocks.join('\n')}`);
  await trains('quarto/index.html', { frames: 2 });
});
for (const name of ['moodle', 'canvas'])
  test(`${name}: what is pasted into the editor`, async () => {
    put(`${name}/index.html`, `<!doctype html><div style="width:800px">${read(name, 'page.html')}</div>`);
    await trains(`${name}/index.html`);
  });

test('the package installs, has its types and defines the element', async () => {
  const app = path.join(folder, 'app');
  fs.mkdirSync(app);
  const npm = (where, ...args) => execFileSync('npm', args, { cwd: where, stdio: 'pipe', encoding: 'utf8' });
  const [{ filename, files }] = JSON.parse(npm(path.join(build, 'npm'), 'pack', '--json', '--pack-destination', app));
  assert.deepEqual(files.map((file) => file.path).sort(), ['README.md', 'attention-ladder.d.ts', 'attention-ladder.js', 'package.json']);
  fs.writeFileSync(path.join(app, 'package.json'), '{"private":true}');
  npm(app, 'install', '--offline', '--no-audit', '--no-fund', `./${filename}`);
  const installed = path.join(app, 'node_modules', 'attention-ladder-element');
  const manifest = JSON.parse(fs.readFileSync(path.join(installed, 'package.json'), 'utf8'));
  assert.ok(fs.existsSync(path.join(installed, manifest.types)));
  // Without a browser, as when a site is built, importing it does nothing.
  execFileSync(process.execPath, ['-e', "require('attention-ladder-element')"], { cwd: app });
  put('app/index.html', `<!doctype html><script src="node_modules/attention-ladder-element/${manifest.main}"></script><attention-ladder src="${session.address}index.html" title="Ladder"></attention-ladder>`);
  const types = fs.readFileSync(path.join(installed, manifest.types), 'utf8');
  await trains('app/index.html', {
    before: async (page) => {
      const members = await page.evaluate(() => Object.getOwnPropertyNames(customElements.get('attention-ladder').prototype).filter((name) => !/Callback$|^constructor$/.test(name)));
      for (const member of members) assert.match(types, new RegExp(`^  (readonly )?${member}[(?:]`, 'm'), `the types tell of ${member}`);
    },
  });
});

test('every address and element of an example names parameters that the page knows', () => {
  const table = fs.readFileSync(path.join(here, '..', '..', 'docs', 'embedding.md'), 'utf8').split(/^## /m).find((part) => part.startsWith('Parameters'));
  const settings = JSON.parse(execFileSync(process.execPath, ['--no-experimental-fetch', path.join(build, 'ladder-cli.js'), 'settings', '--json'], { encoding: 'utf8' }));
  const known = new Set([...[...table.matchAll(/^\| `([a-zA-Z-]+)/gm)].map(([, name]) => name), ...settings.map(({ name }) => name)]);
  const own = new Set(['src', 'title', 'style', 'poster', 'ratio', 'fit']);
  let read = 0;
  for (const file of fs.readdirSync(examples, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())) {
    const text = fs.readFileSync(path.join(file.parentPath ?? file.path, file.name), 'utf8');
    const addresses = [...text.matchAll(/\/index\.html\?([^"'\s)]+)/g)].map(([, query]) => [...new URLSearchParams(query.replaceAll('&amp;', '&')).keys()]);
    const elements = [...text.matchAll(/<attention-ladder\s([^>]*)>/g)].map(([, attributes]) => [...attributes.matchAll(/([a-z-]+)="/g)].map(([, name]) => name.replace('stop-at', 'stopAt')).filter((name) => !own.has(name)));
    for (const name of [...addresses, ...elements].flat()) assert.ok(known.has(name), `${file.name}: ${name}`);
    read += addresses.length + elements.length;
  }
  assert.ok(read >= 12, `${read} read`);
});

test('the folder has what its page names', () => {
  assert.ok(fs.existsSync(path.join(dist, 'attention-ladder.js')) && fs.existsSync(path.join(dist, 'index.html')));
  const page = fs.readFileSync(path.join(dist, 'index.html'), 'utf8');
  for (const [, name] of page.matchAll(/(?:src|href)="([^":]+)"/g)) assert.ok(fs.existsSync(path.join(dist, name)), name);
  for (const property of ['og:title', 'og:description', 'og:image', 'og:image:alt']) assert.match(page, new RegExp(`property="${property}" content="[^"]+"`));
  assert.ok(fs.existsSync(path.join(dist, 'preview.png')));
});
