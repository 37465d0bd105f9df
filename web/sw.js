// Keeps the page for use without a network, after the first visit. Optional: without it everything works but that.
// scripts/pack-dist fills in the names; files with a hash in their name are never asked for twice, pages are fetched anew
// while there is a network.
'use strict';

const own = `attention-ladder ${self.registration.scope} `;  // others may live under the same origin
const store = own + 'STAMP';
const shell = [/* SHELL */];

// What has no hash in its name may be an earlier release's in the browser's own store. A host may lead index.html to another address:
// an answer that says so is refused where a page is opened, so its content alone is kept.
async function keep(cache, name) {
  const answer = await fetch(new Request(name, { cache: name.startsWith('assets/') ? 'default' : 'reload' }));
  if (!answer.ok) throw new Error(`${name} was answered with ${answer.status}`);
  await cache.put(name, answer.redirected ? new Response(await answer.blob(), { headers: answer.headers }) : answer);
}

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(store).then((cache) => Promise.all(shell.map((name) => keep(cache, name)))));
});

const stale = (name) => name.startsWith(own) && name !== store;

// A new release waits until no page of the one before is open: its workers and languages, asked for later, may be nowhere else any more.
self.addEventListener('activate', (event) => {
  // One that comes after this fills its store already, and cleans up itself.
  const { installing, waiting } = self.registration;
  const swept = installing || waiting ? Promise.resolve() : caches.keys().then((names) => Promise.all(names.filter(stale).map((name) => caches.delete(name))));
  event.waitUntil(swept.then(() => self.clients.claim()));
});

// What this release keeps under this name, else one that waits, whose page may be open already; or nothing: a store that cannot be
// read must not keep the page from the network.
async function find(name) {
  try {
    for (const cacheName of [store, ...(await caches.keys()).filter(stale)]) {
      const kept = await caches.match(name, { cacheName });
      if (kept) return kept;
    }
  } catch { /* as if it held nothing */ }
  return undefined;
}

// Not everybody wants another language: it is kept once it was asked for.
function keepLanguage(answer) {
  const copy = answer.clone();
  if (answer.ok && /\/language-[^/]+$/.test(new URL(answer.url).pathname)) caches.open(store).then((cache) => cache.put(new URL(answer.url).pathname, copy)).catch(() => {});
  return answer;
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  const scope = new URL(self.registration.scope).pathname;
  if (request.mode === 'navigate') {
    // The query is the page's affair; an address without a file is the index, one without an ending what some hosts make of a page's.
    const name = url.pathname === scope ? `${scope}index.html` : url.pathname;
    event.respondWith(fetch(request).catch(async () => (await find(name)) || (await find(`${name}.html`)) || Response.error()));
  } else if (url.pathname.startsWith(`${scope}assets/`) || url.pathname.startsWith(`${scope}icon`)) {
    event.respondWith(find(url.pathname).then((kept) => kept || fetch(request).then(keepLanguage)));
  }
});
