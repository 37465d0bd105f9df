// Fingers as a mouse: a tap is a click, a sideways drag is a drag of the mouse, an upward or downward drag scrolls, also from where the
// finger rested, and glides on; two fingers look closer at a map, as the wheel with Ctrl does. Emscripten's GLFW takes touches for mouse buttons at the wrong place, so it never sees them.
'use strict';

// pinch(x, y, factor, movedX, movedY), in CSS pixels of the page: whether there is a map. wheel(x, y): notches, right and up.
// pointer(finger): whether what follows comes from a finger. movesMap(x, y): whether a rested one moves a map there. calm(): whether nothing shall glide.
function translateTouches(canvas, { pinch, wheel, pointer, movesMap, calm }) {
  const slack = 8;      // points before a touch counts as moved
  const rest = 250;     // milliseconds after which a resting finger holds the button
  const outside = -1e5; // where a pointer is that nobody holds: it lights nothing up and asks for no note
  const perNotch = 67.5; // points that a notch of the wheel is worth (finger_notch in src/ui/app_draw.cpp)
  const friction = 300; // milliseconds in which a glide comes to a third of its speed
  let finger = null;    // {id, x, y, lastY, mode: 'undecided' | 'held' | 'drag' | 'scroll', timer, down: the button; when, speed: of a scroll, in points a millisecond}
  let glide = 0;        // counts them: a new touch ends the one before

  let pair = null;      // two fingers: {ids, x, y of their middle, apart}

  const mouse = (type, x, y) =>
    canvas.dispatchEvent(new MouseEvent(type, { clientX: x, clientY: y, screenX: x, screenY: y, button: 0, buttons: type === 'mouseup' ? 0 : 1, bubbles: true, cancelable: true }));
  const away = () => mouse('mousemove', outside, outside);
  const hold = (mode) => {
    finger.mode = mode;
    finger.down = true;
    mouse('mousemove', finger.x, finger.y);
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
      if (finger.down) release(finger.x, finger.y);
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

  // What lies under the finger follows it by so many points, as if a wheel were turned there.
  const turn = (by, x, y) => canvas.dispatchEvent(new WheelEvent('wheel', { deltaY: by * notch[0] / perNotch, deltaMode: 0, clientX: x, clientY: y, bubbles: true, cancelable: true }));

  function scrollTo(t, now) {
    const by = finger.lastY - t.clientY, since = Math.max(1, now - finger.when);
    turn(by, finger.x, finger.y);
    finger.speed += (by / since - finger.speed) * Math.min(1, since / 40);
    finger.lastY = t.clientY;
    finger.when = now;
  }

  function glideOn({ x, y, speed, when }, now) {
    const mine = glide;
    let last = now;
    if (calm() || now - when > 60) return away();  // it stood still before it left
    const on = (time) => {
      if (mine !== glide) return;
      const since = Math.max(0, Math.min(50, time - last));
      last = time;
      speed *= Math.exp(-since / friction);
      if (Math.abs(speed) < 0.03) return away();
      turn(speed * since, x, y);
      requestAnimationFrame(on);
    };
    requestAnimationFrame(on);
  }

  function start(event) {
    glide += 1;
    if (event.touches.length === 2) return beginPinch(event.touches);
    if (finger || event.touches.length > 1) return;
    const t = event.changedTouches[0];
    pointer(true);
    away();  // what the touch before asked for is over
    finger = { id: t.identifier, x: t.clientX, y: t.clientY, lastY: t.clientY, mode: 'undecided', timer: setTimeout(() => hold('held'), rest), when: event.timeStamp, speed: 0 };
  }

  function move(event) {
    if (pair) return movePinch(event.touches);
    const t = mine(event);
    if (!t) return;
    const dx = Math.abs(t.clientX - finger.x), dy = Math.abs(t.clientY - finger.y), moved = Math.max(dx, dy) >= slack;
    if (finger.mode === 'undecided' && moved) {
      clearTimeout(finger.timer);
      if (dy > dx) {
        finger.mode = 'scroll';
        mouse('mousemove', finger.x, finger.y);  // the wheel turns what lies there
      } else {
        hold('drag');
      }
    } else if (finger.mode === 'held' && moved) {
      finger.mode = dy > dx && !movesMap(finger.x, finger.y) ? 'scroll' : 'drag';  // what scrolls lets go of what it held
    }
    if (finger.mode === 'drag') mouse('mousemove', t.clientX, t.clientY);
    else if (finger.mode === 'scroll') scrollTo(t, event.timeStamp);
  }

  function end(event) {
    if (pair) {
      if (event.touches.length === 0) pair = null;  // the last finger of a pinch is no tap
      return;
    }
    const t = mine(event);
    if (!t) return;
    clearTimeout(finger.timer);
    if (finger.mode === 'undecided') hold('held');
    if (finger.down) release(t.clientX, t.clientY);
    if (finger.mode === 'scroll') glideOn(finger, event.timeStamp);
    finger = null;
  }

  // The system took the finger for itself: nothing was tapped.
  function cancel(event) {
    if (pair) return end(event);
    const t = mine(event);
    if (!t) return;
    clearTimeout(finger.timer);
    if (finger.down) release(t.clientX, t.clientY);
    else away();
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

  window.addEventListener('touchstart', (event) => { if (event.target !== canvas) away(); }, { capture: true, passive: true });
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
