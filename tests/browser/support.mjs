// What the browser tests share: a server for the built page, the distribution's Chromium, a page that fails the
// test on any console error, and waiting for a state of the run.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const here = path.dirname(fileURLToPath(import.meta.url));
export const { serve, strictPolicy } = createRequire(import.meta.url)(path.join(here, '..', '..', 'scripts', 'serve'));

export const build = process.env.LADDER_BUILD || path.join(here, '..', '..', 'build', 'web');
export const dist = path.join(build, 'dist');
export const screenshots = path.join(build, 'screenshots');
// Pictures are for whoever asks for them by LADDER_SCREENSHOTS.
export async function picture(page, name, options = {}) {
  if (process.env.LADDER_SCREENSHOTS) await page.screenshot({ path: path.join(screenshots, name), ...options });
}
// Where nothing is looked at: a quarter of the pixels, which software draws in a quarter of the time; the layout is the same.
export const coarse = process.env.LADDER_SCREENSHOTS ? {} : { scale: 0.5 };

const browserNames = ['chromium', 'chromium-browser', 'google-chrome'];

function findBrowser() {
  if (process.env.LADDER_BROWSER) return process.env.LADDER_BROWSER;
  for (const folder of (process.env.PATH || '').split(path.delimiter))
    for (const name of browserNames) if (fs.existsSync(path.join(folder, name))) return path.join(folder, name);
  throw new Error('There is no Chromium on the path. Run scripts/setup tests, or name one in LADDER_BROWSER.');
}

// extra: further arguments of the browser.
export async function open(extra = []) {
  fs.mkdirSync(screenshots, { recursive: true });
  const server = await serve({ root: dist, port: 0, policy: strictPolicy });
  const browser = await chromium.launch({
    executablePath: findBrowser(),
    args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync', ...extra],
  });
  const address = `http://127.0.0.1:${server.address().port}/`;
  const close = async () => {
    await browser.close();
    server.close();
    server.closeAllConnections?.();
  };
  return { browser, address, close };
}

// Every second frame is left out: even one that is not drawn takes the page two milliseconds, which these tests need not see.
const everySecondFrame = () => {
  const next = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (draw) => next(() => { next(draw); });
};

// For use without a network a page fetches all of itself once more; the tests of that make their contexts themselves.
const keepsNothing = () => {
  try { navigator.serviceWorker.register = () => new Promise(() => {}); } catch { /* denied to this page */ }
};

// The form and the address follow the run once a second, for which tests would wait.
const followsSooner = () => {
  const every = window.setInterval;
  window.setInterval = (act, time, ...rest) => every(act, time === 1000 ? 250 : time, ...rest);
};

// Only ends a test that would never end: how long something takes belongs to the machine and to what else it does.
const patience = 240;

// As a browser that nobody has used yet.
export async function contextOf(session, options) {
  const context = await session.browser.newContext(options);
  context.setDefaultTimeout(patience * 1000);
  return context;
}

// A page at this address; errors: what the console and uncaught exceptions said. smooth: with every frame, where frames are measured.
export async function visit(session, { query = '', width = 1280, height = 720, scale = 1, dark = false, touch = false, still = false, smooth = false, before } = {}) {
  const context = await contextOf(session, {
    viewport: { width, height }, deviceScaleFactor: scale, colorScheme: dark ? 'dark' : 'light', hasTouch: touch, isMobile: touch, reducedMotion: still ? 'reduce' : 'no-preference',
  });
  const page = await context.newPage();
  const errors = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !harmless(message.text())) errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  for (const script of [keepsNothing, followsSooner, ...smooth ? [] : [everySecondFrame]]) await page.addInitScript(script);
  if (before) await page.addInitScript(before);
  await page.goto(session.address + query);
  return { context, page, errors };
}

// Chromium's own words about drawing in software.
const harmless = (text) => /GPU stall due to ReadPixels|swiftshader|software WebGL/i.test(text);

export const state = (page) => page.evaluate(() => window.ladder && window.ladder.state());

export async function until(page, what, condition) {
  const begun = Date.now();
  let last;
  while (Date.now() < begun + patience * 1000) {
    last = await state(page);
    if (last && condition(last)) return last;
    await page.waitForTimeout(Date.now() < begun + 2000 ? 25 : 100);  // what lasts longer computes, and every look costs it something
  }
  throw new Error(`Waited ${patience} s in vain for ${what}; the state was ${JSON.stringify(last)}.`);
}

// For a condition that is itself waited for, whose promise page.waitForFunction would take for its answer.
export async function eventually(page, condition, argument) {
  for (const end = Date.now() + patience * 1000; Date.now() < end;) {
    if (await page.evaluate(condition, argument)) return;
    await page.waitForTimeout(50);
  }
  throw new Error(`Waited in vain for ${condition}.`);
}

// What was done last has been taken up and can be seen: under a hand every frame is drawn (web/pace.js).
export async function drawn(page) {
  const { count } = await page.evaluate(() => {
    dispatchEvent(new Event('pointermove'));
    return window.ladder.frames();
  });
  await page.waitForFunction((before) => window.ladder.frames().count > before + 3, count);
}

export const frames = (page) => page.evaluate(() => window.ladder.frames());
export const reaches = (page, what, count) => page.waitForFunction(([w, c]) => window.ladder.frames()[w] >= c, [what, count]);

// What is shown is what there is to show.
export async function rests(page) {
  for (let i = 0; i < 30; ++i) {
    const begin = await frames(page);
    await reaches(page, 'count', begin.count + 20);
    if ((await frames(page)).drawn === begin.drawn) return;
  }
  throw new Error('It is still being drawn.');
}

// The panels of the run that are in sight: of another one the form saves no picture.
export const inSight = (page) => page.evaluate(() => {
  const news = document.getElementById('mirror-news'), later = window.setTimeout;
  window.setTimeout = () => 0;  // the picture would be made a little later, and none is wanted
  const seen = ['chain', 'attention', 'ladder', 'curves'].filter((panel) => {
    news.textContent = '';
    document.getElementById('mirror-format').value = `png .png ${panel}`;
    document.querySelector('[data-do=save]').click();
    return !/is not in sight/.test(news.textContent);
  });
  window.setTimeout = later;
  return seen;
});

// Those that come into sight while it is scrolled, until that shows nothing new.
export async function inReach(page) {
  const { width, height } = page.viewportSize(), found = new Set(await inSight(page));
  await page.mouse.move(width / 2, height / 2);
  for (let old = 0; old < 2 && found.size < 4; ++old) {
    await page.mouse.wheel(0, height / 2);
    await drawn(page);
    for (const panel of await inSight(page)) if (!found.has(panel)) old = -1, found.add(panel);
  }
  return [...found].sort();
}

// As if the reader looked at another tab.
export const hide = (page, hidden) => page.evaluate((value) => {
  Object.defineProperty(document, 'hidden', { value, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}, hidden);

// Scripts for a page: a browser without WebGL 2; one that denies a page all storage; one to which these files come, {name: text}.
export const withoutWebGL = `(${() => {
  const original = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) { return kind === 'webgl2' ? null : original.call(this, kind, ...rest); };
}})()`;
export const withoutStorage = `(${() => {
  const deny = (owner, name) => Object.defineProperty(owner, name, { get() { throw new DOMException('Denied.', 'SecurityError'); } });
  for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches']) deny(window, name);
  deny(navigator, 'serviceWorker');
  deny(document, 'cookie');
}})()`;
export const arriving = (files) => `(${(texts) => {
  const real = window.fetch;
  window.fetch = async (where) => Object.hasOwn(texts, where) ? new Response(texts[where]) : real(where);
}})(${JSON.stringify(files)})`;

// For a page: window.speeds, what it tells its workers of the speed (src/run/worker_protocol.cpp: magic, kind, epoch, value), the newest last.
export const speedsTold = `(${() => {
  const Original = window.Worker;
  window.speeds = [];
  window.Worker = class extends Original {
    postMessage(message, ...rest) {
      if (message.kind === 'command' && new Uint8Array(message.bytes)[4] === 4) window.speeds.push(new DataView(message.bytes).getFloat64(9, true));
      super.postMessage(message, ...rest);
    }
  };
}})()`;
export const speedTold = (page) => page.evaluate(() => window.speeds.at(-1));

export const sentence = (page) => page.textContent('#status');
