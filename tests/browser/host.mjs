// A page that holds ours, as a course site would: on a server of its own, so with an origin of its own, under a strict
// policy of its own. In it: window.heard, all messages; window.ask(type, fields), a command and its answer.
import http from 'node:http';

const script = `
  window.heard = [];
  const waiting = new Map();
  let asked = 0;
  addEventListener('message', ({ source, data }) => {
    const frame = document.querySelector('iframe');
    if (!frame || source !== frame.contentWindow) return;
    heard.push(data);
    if (waiting.has(data.id)) waiting.get(data.id)(data);
  });
  window.send = (message) => document.querySelector('iframe').contentWindow.postMessage(message, '*');
  window.ask = (type, fields = {}) => new Promise((resolve) => {
    const id = ++asked;
    waiting.set(id, resolve);
    send({ ...fields, ladder: 1, id, type });
  });
`;

// pages: {path: html}; policy(address): what the pages may do.
export async function host(pages, policy = "default-src 'none'; script-src 'self' http:; style-src 'self' 'unsafe-inline'; frame-src *; img-src data:") {
  const server = http.createServer((request, response) => {
    const name = new URL(request.url, 'http://localhost').pathname;
    if (name === '/host.js') {
      response.writeHead(200, { 'Content-Type': 'text/javascript' });
      response.end(script);
    } else if (name in pages) {
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy });
      response.end(`<!doctype html><meta charset="utf-8"><title>Course</title><link rel="icon" href="data:,"><script src="/host.js"></script>${pages[name]}`);
    } else {
      response.writeHead(404);
      response.end();
    }
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    pages,
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => { server.close(); server.closeAllConnections?.(); },
  };
}

export const frame = (src, { sandbox, width = '640', height = '360' } = {}) =>
  `<iframe src="${src.replace(/&/g, '&amp;')}" title="Ladder" width="${width}" height="${height}" style="border:0"${sandbox === undefined ? '' : ` sandbox="${sandbox}"`}></iframe>`;

// What must hold of every frame, however it is confined: it starts, trains, answers, tells what happens, follows its size.
export async function behaves(page, assert, steps = 60) {
  const heard = (type) => page.waitForFunction((wanted) => window.heard.find((m) => m.ladder === 1 && m.type === wanted), type).then((handle) => handle.jsonValue());
  await heard('ready');
  const load = await heard('load');
  assert.equal(load.stopAt, steps);
  const end = await heard('finished');
  assert.equal(end.step, steps);
  assert.equal((await page.evaluate(() => window.ask('get', { what: 'state' }))).value.step, steps);
  assert.equal((await page.evaluate(() => window.ask('seek', { step: 25 }))).step, 20);
  const csv = await page.evaluate(() => window.ask('export', { format: 'csv' }));
  assert.match(csv.text, /^step,train_loss/);
  const png = await page.evaluate(() => window.ask('export', { format: 'png' }));
  assert.match(png.url, /^data:image\/png;base64,.{5000}/);
  const again = await page.evaluate(() => window.ask('reset', { seed: 12 }));
  assert.equal(again.type, 'answer');
  await page.waitForFunction(() => window.heard.some((m) => m.type === 'load' && m.seed === 12));
  await page.evaluate(() => { document.querySelector('iframe').width = 400; });
  const resize = await page.waitForFunction(() => window.heard.find((m) => m.type === 'resize' && m.width === 400)).then((handle) => handle.jsonValue());
  assert.ok(resize.height > 300);
  await page.waitForFunction((height) => window.heard.some((m) => m.subject === 'lti.frameResize' && m.height === height), resize.height);
  const told = await page.evaluate(() => window.heard);
  assert.ok(told.some((m) => m.context === 'h5p' && m.action === 'hello'));
  assert.ok(told.some((m) => Object.keys(m).join() === 'height'));
  return told.filter((m) => m.ladder === 1);
}
