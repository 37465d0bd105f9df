// Fingers as a mouse: a tap is a click, a sideways drag or a rested finger is a drag of the mouse, an upward or
// downward drag scrolls. Emscripten's GLFW takes touches for mouse buttons at the wrong place, so it never sees them.
'use strict';

function translateTouches(canvas) {
  const slack = 8;      // points before a touch counts as moved
  const rest = 250;     // milliseconds after which a resting finger holds the button
  let finger = null;    // {id, x, y, lastY, mode: 'undecided' | 'drag' | 'scroll', timer}

  const mouse = (type, x, y) =>
    canvas.dispatchEvent(new MouseEvent(type, { clientX: x, clientY: y, screenX: x, screenY: y, button: 0, buttons: type === 'mouseup' ? 0 : 1, bubbles: true, cancelable: true }));
  const hold = () => {
    finger.mode = 'drag';
    mouse('mousedown', finger.x, finger.y);
  };
  const release = (x, y) => {
    // The button must be seen pressed in one frame and released in a later one.
    requestAnimationFrame(() => requestAnimationFrame(() => mouse('mouseup', x, y)));
  };
  const mine = (event) => finger && Array.from(event.changedTouches).find((t) => t.identifier === finger.id);

  function start(event) {
    if (finger || event.touches.length > 1) return;
    const t = event.changedTouches[0];
    mouse('mousemove', t.clientX, t.clientY);
    finger = { id: t.identifier, x: t.clientX, y: t.clientY, lastY: t.clientY, mode: 'undecided', timer: setTimeout(hold, rest) };
  }

  function move(event) {
    const t = mine(event);
    if (!t) return;
    if (finger.mode === 'undecided') {
      const dx = Math.abs(t.clientX - finger.x), dy = Math.abs(t.clientY - finger.y);
      if (Math.max(dx, dy) < slack) return;
      clearTimeout(finger.timer);
      if (dy > dx) finger.mode = 'scroll';
      else hold();
    }
    if (finger.mode === 'drag') {
      mouse('mousemove', t.clientX, t.clientY);
    } else {
      canvas.dispatchEvent(new WheelEvent('wheel', { deltaY: finger.lastY - t.clientY, deltaMode: 0, clientX: t.clientX, clientY: t.clientY, bubbles: true, cancelable: true }));
      finger.lastY = t.clientY;
    }
  }

  function end(event) {
    const t = mine(event);
    if (!t) return;
    clearTimeout(finger.timer);
    if (finger.mode === 'undecided') hold();
    if (finger.mode === 'drag') release(t.clientX, t.clientY);
    finger = null;
  }

  const handlers = { touchstart: start, touchmove: move, touchend: end, touchcancel: end };
  for (const [type, handler] of Object.entries(handlers)) {
    canvas.addEventListener(type, (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      handler(event);
    }, { capture: true, passive: false });
  }
}
