// Headless Chromium and what it loads: bundles the pages under page/, serves them on this machine with the headers
// that threads in a page need, and calls one function in each. Knows no library and measures nothing.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { here, root } from './places.mjs';

const { serve } = createRequire(import.meta.url)(path.join(root, 'scripts', 'serve'));
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
const browserNames = ['chromium', 'chromium-browser', 'google-chrome'];

function findBrowser() {
  if (process.env.LADDER_BROWSER) return process.env.LADDER_BROWSER;
  for (const folder of (process.env.PATH || '').split(path.delimiter))
    for (const name of browserNames) if (fs.existsSync(path.join(folder, name))) return path.join(folder, name);
  throw new Error('There is no Chromium on the path. Run scripts/setup peers, or name one in LADDER_BROWSER.');
}

// A folder `name` of the site: page/<name>.js bundled as a page's only script, files beside it, scripts before it.
async function layOut(site, { name, files = [], scripts = [] }) {
  const folder = path.join(site, name);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [path.join(here, 'page', `${name}.js`)], bundle: true, minify: true, format: 'esm', target: 'es2022', logLevel: 'error',
    outfile: path.join(folder, 'bundle.js'), external: ['./*.mjs'], define: { 'process.env.NODE_ENV': '"production"' },
  });
  for (const file of files) fs.copyFileSync(file, path.join(folder, path.basename(file)));
  const before = scripts.map((script) => `<script src="${script}"></script>`).join('');
  fs.writeFileSync(path.join(folder, 'index.html'), `<!doctype html><meta charset="utf-8"><title>${name}</title>${before}<script type="module" src="bundle.js"></script>`);
}

// Calls window.bench(options) in the page and gives what it returns. claimedCores: what the page is told, where a
// library uses only a part of the cores that it sees.
export async function runInBrowser(site, page, options, { isolated = true, claimedCores } = {}) {
  await layOut(site, page);
  const server = await serve({ root: site, port: 0, headers: isolated ? isolation : {} });
  const browser = await chromium.launch({
    executablePath: findBrowser(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  try {
    const tab = await browser.newPage();
    const errors = [];
    tab.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()); });
    tab.on('pageerror', (error) => errors.push(String(error)));
    tab.setDefaultTimeout(0);
    if (claimedCores) await tab.addInitScript((cores) => Object.defineProperty(navigator, 'hardwareConcurrency', { get: () => cores }), claimedCores);
    await tab.goto(`http://127.0.0.1:${server.address().port}/${page.name}/`);
    await tab.waitForFunction(() => window.bench, null, { timeout: 60000 }).catch(() => {
      throw new Error(`The page of ${page.name} did not start: ${errors.join('; ') || 'it said nothing'}.`);
    });
    const result = await tab.evaluate((o) => window.bench(o), options);
    return { ...result, browser: browser.version() };
  } finally {
    await browser.close();
    server.close();
    server.closeAllConnections?.();
  }
}
