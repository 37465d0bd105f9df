// Keeps the page for use without a network, after the first visit. Optional: without it everything works but that.
// scripts/pack-dist fills in the names; files with a hash in their name are never asked for twice, pages are fetched anew
// while there is a network.
'use strict';

const own = `attention-ladder ${self.registration.scope} `;  // others may live under the same origin
const store = own + 'STAMP';
const shell = [/* SHELL */];

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(store).then((cache) => cache.addAll(shell)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const stale = (name) => name.startsWith(own) && name !== store;
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter(stale).map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

// What this release keeps under this name, or nothing: a store that cannot be read must not keep the page from the network.
const find = (name) => caches.open(store).then((cache) => cache.match(name)).catch(() => undefined);

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
    // The query is the page's affair; an address without a file is the index.
    const name = url.pathname === scope ? `${scope}index.html` : url.pathname;
    event.respondWith(fetch(request).catch(() => find(name).then((kept) => kept || Response.error())));
  } else if (url.pathname.startsWith(`${scope}assets/`) || url.pathname.startsWith(`${scope}icon`)) {
    event.respondWith(find(url.pathname).then((kept) => kept || fetch(request).then(keepLanguage)));
  }
});
