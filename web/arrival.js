// The first script of the page: says so when one of the others does not arrive, which nothing in those that do can know. A page
// around this one hears of it as of any failure (docs/embedding.md).
'use strict';

addEventListener('error', ({ target }) => {
  if (!(target instanceof HTMLScriptElement) || 'optional' in target.dataset) return;
  const message = 'A part of this page did not arrive. See that the network is there, and reload the page.';
  document.body.classList.add('failed');
  document.getElementById('status').textContent = message;
  if (window.parent !== window) window.parent.postMessage({ ladder: 1, type: 'error', id: null, code: 'failed', message }, '*');
}, true);
