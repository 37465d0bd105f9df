// The drawing surface while nobody sees it. A browser has about sixteen for all its pages, so a page that is scrolled
// out of sight inside another gives its own back, leaves its last picture in its place and lets training rest; coming
// into sight it takes it again. A surface that the browser takes by itself is asked for again as well.
'use strict';

// draw(again): one frame, at once; again: drawn even if nothing in it changed. hold(hidden): training rests. restored(): what lived in the surface is made anew.
// fail(sentence): it never came back.
function createSurface({ canvas, stage, draw, hold, restored, fail }) {
  const patience = 10000;  // milliseconds until a surface that was taken counts as gone
  const calm = 400;        // milliseconds out of sight before it is given back: a reader may only be passing
  const context = canvas.getContext('webgl2');
  const key = context.getExtension('WEBGL_lose_context');
  const image = new Image();
  image.className = 'last-picture';
  image.alt = '';
  image.hidden = true;
  stage.append(image);
  let seen = true, resting = 0, waiting = 0, gone = false, given = false;

  // area: left, top, right and bottom as parts of the canvas. Of a surface that was given back, its last picture; empty: there is none.
  function picture(type = 'image/png', area = [0, 0, 1, 1]) {
    if (gone && !(given && image.complete)) return '';
    if (!gone) draw(true);  // a canvas can be read only while its drawing is not yet shown
    const part = document.createElement('canvas'), [left, top, right, bottom] = area.map((x, i) => Math.round(x * (i % 2 ? canvas.height : canvas.width)));
    if (!gone && right - left === canvas.width && bottom - top === canvas.height) return canvas.toDataURL(type);
    part.width = right - left;
    part.height = bottom - top;
    part.getContext('2d').drawImage(gone ? image : canvas, -left, -top);
    return part.toDataURL(type);
  }

  // A browser gives a page that nobody sees no surface, however long that lasts: only a page in sight has waited in vain.
  function awaitReturn() {
    clearTimeout(waiting);
    if (gone && seen && !document.hidden) waiting = setTimeout(() => fail('The browser took the drawing surface away. Reload the page to go on.'), patience);
  }

  function rest() {
    hold(true);
    if (gone || !key) return;
    image.src = picture('image/webp');
    image.hidden = false;
    gone = given = true;
    key.loseContext();
  }

  function wake() {
    hold(document.hidden);
    if (given && gone) key.restoreContext();
  }

  canvas.addEventListener('webglcontextlost', (event) => {
    event.preventDefault();
    gone = true;
    if (given) {
      if (seen) setTimeout(() => key.restoreContext());  // it came back into sight meanwhile
      return;
    }
    awaitReturn();
  });
  canvas.addEventListener('webglcontextrestored', () => {
    gone = given = false;
    awaitReturn();
    restored();
    draw(true);
    image.hidden = true;
    if (!seen) rest();
  });

  const watch = new IntersectionObserver((entries) => {
    seen = entries[entries.length - 1].isIntersecting;
    clearTimeout(resting);
    awaitReturn();
    if (seen) wake();
    else resting = setTimeout(rest, calm);
  });
  watch.observe(stage);
  document.addEventListener('visibilitychange', () => {
    hold(document.hidden || !seen);
    awaitReturn();
  });
  hold(document.hidden);

  return { picture, usable: () => !gone };
}

// Resolves when something of the element is in sight; at once where the browser cannot tell.
function whenSeen(element) {
  if (typeof IntersectionObserver !== 'function') return Promise.resolve();
  return new Promise((resolve) => {
    new IntersectionObserver((entries, observer) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      resolve();
    }).observe(element);
  });
}
