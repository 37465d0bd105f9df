// The first script of the page: says so when one of the others does not arrive, which nothing in those that do can know.
'use strict';

addEventListener('error', ({ target }) => {
  if (!(target instanceof HTMLScriptElement) || 'optional' in target.dataset) return;
  document.body.classList.add('failed');
  document.getElementById('status').textContent = 'A part of this page did not arrive. See that the network is there, and reload the page.';
}, true);
