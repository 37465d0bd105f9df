// Which keys are the canvas' own. The module listens to the whole window, so what is typed into a form or a dialog would
// run the page as well: there it does not hear it. From the canvas, Shift and Tab leave backwards; from the form, Escape
// leads back.
'use strict';

// inForm(node): whether it belongs to the controls beside the canvas.
function shareKeys(canvas, inForm) {
  const own = (node) => node === canvas || node === document.body || node === document.documentElement;
  const filter = (event) => {
    if (!own(event.target)) event.stopImmediatePropagation();
    else if (event.key === 'Tab' && event.shiftKey && event.target === canvas) event.stopImmediatePropagation();
    if (event.type !== 'keydown' || !inForm(event.target)) return;
    if (event.key === 'Escape') canvas.focus({ preventScroll: true });
    // Enter in a field presses the button that its group names.
    const group = event.key === 'Enter' && event.target.matches('input') && event.target.closest('[data-enter]');
    if (group) group.querySelector(`[data-do=${group.dataset.enter}]`).click();
  };
  window.addEventListener('keydown', filter, true);
  window.addEventListener('keypress', filter, true);
  // Who comes from the form by a key sees where the focus went.
  canvas.addEventListener('focus', (event) => canvas.classList.toggle('reached', Boolean(event.relatedTarget && inForm(event.relatedTarget))));
  canvas.addEventListener('pointerdown', () => canvas.classList.remove('reached'));
}
