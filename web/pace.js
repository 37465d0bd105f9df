// How often the page is drawn. A graphics card draws every frame and is not noticed. Where there is none, the browser draws
// on the cores that training needs, about a tenth of a second of them for each frame: there the page follows the run a few times a
// second, and the reader's hand at every frame.
'use strict';

// What draws, in the browser's words; some say it only to those who ask twice, and others complain of the second question.
function renderer(context) {
  const name = String(context.getParameter(context.RENDERER) || ''), info = name === 'WebKit WebGL' && context.getExtension('WEBGL_debug_renderer_info');
  return info ? String(context.getParameter(info.UNMASKED_RENDERER_WEBGL) || '') : name;
}

// may(now): whether a frame at this time, in milliseconds, is to be drawn if something in it changed. drew(now): it was.
function createPace(context) {
  const watching = 200;   // milliseconds between two drawings while only the run moves
  const attending = 600;  // for so long after the last touch every frame is drawn
  const slow = /swiftshader|llvmpipe|softpipe|software|basic render/i.test(renderer(context));
  let touched = 0, drawn = 0;
  if (slow) for (const kind of ['pointermove', 'pointerdown', 'pointerup', 'wheel', 'keydown', 'keyup']) addEventListener(kind, () => { touched = performance.now(); }, { capture: true, passive: true });
  return {
    may: (now) => !slow || now - touched < attending || now - drawn >= watching,
    drew: (now) => { drawn = now; },
  };
}
