// Fingers as a mouse: a tap is a click, a sideways drag or a rested finger is a drag of the mouse, an upward or
// downward drag scrolls, two fingers look closer at a map, as the wheel with Ctrl does. Emscripten's GLFW takes touches for mouse buttons at the wrong place, so it never sees them.
'use strict';

// pinch(x, y, factor, movedX, movedY), in CSS pixels of the page: whether there is a map. wheel(x, y): notches, right and up.
// pointer(finger): whether what follows comes from a finger.
function translateTouches(canvas, pinch, wheel, pointer) {
  const slack = 8;      // points before a touch counts as moved
  const rest = 250;     // milliseconds after which a resting finger holds the button
  let finger = null;    // {id, x, y, lastY, mode: 'undecided' | 'drag' | 'scroll', timer}

  let pair = null;      // two fingers: {ids, x, y of their middle, apart}

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

  function measure(touches, ids) {
    const [a, b] = ids.map((id) => Array.from(touches).find((t) => t.identifier === id));
    return a && b && { ids, x: (a.clientX + b.clientX) / 2, y: (a.clientY + b.clientY) / 2, apart: Math.max(1, Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY)) };
  }
  function beginPinch(touches) {
    if (finger) {
      clearTimeout(finger.timer);
      if (finger.mode === 'drag') release(finger.x, finger.y);
      finger = null;
    }
    pair = measure(touches, [touches[0].identifier, touches[1].identifier]);
  }
  function movePinch(touches) {
    const next = measure(touches, pair.ids);
    if (!next) return;
    pinch(next.x, next.y, next.apart / pair.apart, next.x - pair.x, next.y - pair.y);
    pair = next;
  }

  function start(event) {
    if (event.touches.length === 2) return beginPinch(event.touches);
    if (finger || event.touches.length > 1) return;
    const t = event.changedTouches[0];
    pointer(true);
    mouse('mousemove', t.clientX, t.clientY);
    finger = { id: t.identifier, x: t.clientX, y: t.clientY, lastY: t.clientY, mode: 'undecided', timer: setTimeout(hold, rest) };
  }

  function move(event) {
    if (pair) return movePinch(event.touches);
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
    if (pair) {
      if (event.touches.length === 0) pair = null;  // the last finger of a pinch is no tap
      return;
    }
    const t = mine(event);
    if (!t) return;
    clearTimeout(finger.timer);
    if (finger.mode === 'undecided') hold();
    if (finger.mode === 'drag') release(t.clientX, t.clientY);
    finger = null;
  }

  // The system took the finger for itself: nothing was tapped.
  function cancel(event) {
    if (pair) return end(event);
    const t = mine(event);
    if (!t) return;
    clearTimeout(finger.timer);
    if (finger.mode === 'drag') release(t.clientX, t.clientY);
    finger = null;
  }

  // A trackpad's pinch comes as the wheel with Ctrl. Where there is no map the browser may zoom the page.
  // Nobody else hears of the wheel: Dear ImGui listens to the whole document, in a way that lets it not keep the page still.
  const most = 30;  // of a wheel's delta at once
  const notch = [100, 3, 1 / 80];  // of pixels, lines, pages
  window.addEventListener('wheel', (event) => {
    event.stopImmediatePropagation();
    if (event.target !== canvas) return;
    if (event.ctrlKey) {
      if (pinch(event.clientX, event.clientY, Math.exp(-Math.max(-most, Math.min(most, event.deltaY)) / 100), 0, 0)) event.preventDefault();
      return;
    }
    event.preventDefault();
    wheel(-event.deltaX / notch[event.deltaMode], -event.deltaY / notch[event.deltaMode]);
  }, { capture: true, passive: false });

  canvas.addEventListener('mousemove', (event) => { if (event.isTrusted) pointer(false); }, { capture: true });

  const handlers = { touchstart: start, touchmove: move, touchend: end, touchcancel: cancel };
  for (const [type, handler] of Object.entries(handlers)) {
    canvas.addEventListener(type, (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      handler(event);
    }, { capture: true, passive: false });
  }
}
