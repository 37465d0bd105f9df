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
  let seen = true, timer = 0, gone = false, given = false;

  // area: left, top, right and bottom as parts of the canvas.
  function picture(type = 'image/png', area = [0, 0, 1, 1]) {
    if (gone) return image.src;
    draw(true);  // a canvas can be read only while its drawing is not yet shown
    const part = document.createElement('canvas'), [left, top, right, bottom] = area.map((x, i) => Math.round(x * (i % 2 ? canvas.height : canvas.width)));
    if (right - left === canvas.width && bottom - top === canvas.height) return canvas.toDataURL(type);
    part.width = right - left;
    part.height = bottom - top;
    part.getContext('2d').drawImage(canvas, -left, -top);
    return part.toDataURL(type);
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
    timer = setTimeout(() => fail('The browser took the drawing surface away. Reload the page to go on.'), patience);
  });
  canvas.addEventListener('webglcontextrestored', () => {
    clearTimeout(timer);
    gone = given = false;
    restored();
    draw(true);
    image.hidden = true;
    if (!seen) rest();
  });

  const watch = new IntersectionObserver((entries) => {
    seen = entries[entries.length - 1].isIntersecting;
    clearTimeout(timer);
    if (seen) wake();
    else timer = setTimeout(rest, calm);
  });
  watch.observe(stage);
  document.addEventListener('visibilitychange', () => hold(document.hidden || !seen));
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
