// The page around the canvas: checks what the browser can do, starts the module, calls it once a frame, keeps
// the canvas at true device pixels, and lets training rest while the page is hidden.
//
// window.ladder, for tests and the curious: state() is the interface's state, frames() what frames cost.
'use strict';

(() => {
  const base = document.currentScript.src;
  const stage = document.getElementById('stage');  // the canvas' frame, whose size nothing but the window changes
  const canvas = document.getElementById('canvas');
  const about = document.getElementById('about'), status = document.getElementById('status');
  const darkQuery = matchMedia('(prefers-color-scheme: dark)');
  const calmQuery = matchMedia('(prefers-reduced-motion: reduce)');
  const fingerQuery = matchMedia('(pointer: coarse)');
  const frames = { count: 0, drawn: 0, slow: 0, longest: 0, total: 0, first: 0 };  // milliseconds; drawn: those that showed something new; slow: how many took more than 20; first: when it was drawn, since the page was asked for

  let module = null, page = 0, failed = false, surface = null, pace = null, messages = null, followRatio = null, mirror = null;
  const pools = new Map();  // of workers: one trains the run on screen, the others serve what is done beside it
  let size = { width: 1, height: 1 };  // device pixels
  let textSize = 1;  // what the reader has set for text in the browser, times the usual 16 pixels

  function fail(sentence) {
    failed = true;
    for (const pool of pools.values()) pool.end();
    document.body.classList.remove('running');
    document.body.classList.add('failed');
    status.textContent = language.tr(sentence);
    if (messages) messages.failed(sentence);
    document.getElementById('mirror').hidden = true;
    showReading(document.getElementById('reading'));
  }

  // What is missing, as a sentence, or null.
  function missing() {
    if (typeof DecompressionStream !== 'function') return 'This browser cannot unpack the program that trains the model. Use one from 2023 or later.';
    if (typeof WebAssembly !== 'object' || typeof WebAssembly.instantiate !== 'function')
      return 'This browser cannot run WebAssembly, in which the model is trained. Use a newer one, or switch it on in the settings.';
    if (typeof Worker !== 'function') return 'This browser has no web workers, in which the model is trained. Use a newer one.';
    // The module will be given this same context.
    if (!canvas.getContext('webgl2', { alpha: false, depth: false, stencil: false, antialias: false }))
      return 'This browser gives no WebGL 2 drawing surface. Switch on hardware acceleration in its settings, or use a newer one.';
    return null;
  }

  // True device pixels where the browser tells them, else points times the ratio. Returns what measures anew when only the ratio
  // is another, which not every browser tells of.
  function watchSize() {
    let measured = 0;
    const measure = (entry) => {
      const box = entry && entry.devicePixelContentBoxSize && entry.devicePixelContentBoxSize[0];
      const ratio = window.devicePixelRatio || 1;
      measured = ratio;
      size = { width: Math.round(stage.clientWidth * ratio), height: Math.round(stage.clientHeight * ratio) };
      // A browser that imitates another screen may tell its own pixels here.
      if (box && Math.abs(box.inlineSize - size.width) <= 2 && Math.abs(box.blockSize - size.height) <= 2) size = { width: box.inlineSize, height: box.blockSize };
      textSize = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1;
      size.width = Math.max(size.width, 1);
      size.height = Math.max(size.height, 1);
    };
    measure(null);
    const observer = new ResizeObserver((entries) => measure(entries[entries.length - 1]));
    try {
      observer.observe(stage, { box: 'device-pixel-content-box' });
    } catch {
      observer.observe(stage);
    }
    return () => { if (measured !== (window.devicePixelRatio || 1)) measure(null); };
  }

  // One frame, now; again: it is drawn even if it shows what is shown already. False: the page cannot go on.
  function draw(again) {
    const begin = performance.now();
    followRatio();
    if (canvas.width !== size.width || canvas.height !== size.height) {
      canvas.width = size.width;
      canvas.height = size.height;
      again = true;  // it is empty now
    }
    const done = module._page_frame(page, size.width, size.height, window.devicePixelRatio || 1, darkQuery.matches, calmQuery.matches, fingerQuery.matches, textSize, again ? 2 : pace.may(begin) ? 1 : 0);
    const spent = performance.now() - begin;
    frames.first = frames.first || begin + spent;
    frames.count += 1;
    if (done === 2) {
      frames.drawn += 1;
      pace.drew(begin);
    }
    frames.slow += spent > 20 ? 1 : 0;
    frames.total += spent;
    frames.longest = Math.max(frames.longest, spent);
    return done > 0;
  }

  function frame() {
    if (failed) return;
    if (surface.usable()) {
      if (!draw(false)) return;
      messages.pump(textAt(module._page_events(page)));
    }
    requestAnimationFrame(() => orFail(frame));
  }

  // What should never happen ends in a sentence as well.
  function orFail(f) {
    if (failed) return;
    try {
      f();
    } catch (error) {
      fail(`The page broke down (${(error && error.message) || 'it ran out of memory or met a mistake of its own'}). Reload it to start again.`);
    }
  }

  function withBytes(bytes, f) {
    const at = module._malloc(bytes.length);
    if (!at) throw new Error('there is no memory left');
    module.HEAPU8.set(bytes, at);
    f(at, bytes.length);
    module._free(at);
  }
  const withText = (text, f) => withBytes(new TextEncoder().encode(text + '\0'), f);

  function textAt(at) {
    const end = module.HEAPU8.indexOf(0, at);
    return new TextDecoder().decode(module.HEAPU8.subarray(at, end));
  }

  const licences = document.getElementById('licences');
  licences.querySelector('button').addEventListener('click', () => licences.close());  // no form's: a sandboxed frame may submit none
  function showLicences() {
    licences.addEventListener('close', () => canvas.focus({ preventScroll: true }), { once: true });
    licences.showModal();
  }

  // Of a part of the window, once the menu that asked for it is gone from it. Resolves to whether there was one.
  async function savePicture(save, complain, name, area) {
    await new Promise((go) => setTimeout(go, 100));
    const picture = surface.picture('image/png', area);
    if (picture) save(name, await (await fetch(picture)).blob());
    else complain('There is no picture: the browser took the drawing surface away. Save it again when the page shows something.');
    return Boolean(picture);
  }

  // A lesson that a teacher wrote, named by its address.
  const longestLesson = 256 * 1024;
  function showLesson(name, text) {
    withText(name, (at) => withBytes(new TextEncoder().encode(text), (body, length) => module._page_lesson(page, at, body, length)));
  }
  async function readLesson(name, source) {
    try {
      const blob = await source();
      showLesson(name, blob.size > longestLesson ? 'x'.repeat(longestLesson + 1) : await blob.text());
    } catch (error) {
      withText(`The lesson ${name} could not be read (${error.message || error}). See that its address is right and that its server lets other pages read it.`, (at) => module._page_notice(page, at));
    }
  }
  // The canvas in another language, with the font that it needs for it.
  function showLanguage(code, chosen, pack) {
    const font = pack ? Uint8Array.from(atob(pack.font), (c) => c.charCodeAt(0)) : new Uint8Array(1);
    withText(code, (name) => withText(pack ? JSON.stringify({ texts: pack.texts, lessons: pack.lessons }) : '', (body) => withBytes(font, (at, length) => module._page_language(page, name, body, at, length, chosen))));
    if (mirror) mirror.relabel();
  }
  function takeLessons() {
    const named = new URLSearchParams(location.search).get('lesson');
    if (named && /[./]/.test(named))
      readLesson(named.split('/').pop(), async () => {
        const answer = await fetch(named);
        if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
        return answer.blob();
      });
  }

  // A packed module starts itself from its own bytes (scripts/pack-dist), which nothing keeps then.
  function unpacked({ unpack }) {
    if (!unpack) return {};
    return { instantiateWasm: (imports, receive) => { unpack(imports).then((result) => receive(result.instance, result.module)).catch(() => fail('The program of this page did not arrive whole. Reload it.')); return {}; } };
  }

  // A command of a host page or of the controls beside the canvas, and its answer; both JSON.
  function command(text) {
    let answer;
    withText(text, (at) => { answer = textAt(module._page_command(page, at)); });
    return answer;
  }

  async function start() {
    if (document.body.classList.contains('failed')) return;  // a part of the page did not arrive (arrival.js)
    const origins = [];  // what the module takes of the address, as soon as it is there
    messages = createMessages({
      stage,
      origins,
      command,
      picture: (area) => surface.picture('image/png', area),
      wantedHeight: (width) => Math.ceil(module._page_wanted_height(page, width)),
    });
    await whenSeen(stage);
    // Another language comes beside the module; who waits long for it begins in English.
    const told = Promise.race([language.begin(), new Promise((go) => setTimeout(go, 3000))]);
    const obstacle = missing();
    if (obstacle) return told.then(() => fail(obstacle));
    const pool = (id) => {
      if (!pools.has(id)) pools.set(id, createWorkerPool({
        base,
        onReport: (rank, buffer) => orFail(() => withBytes(new Uint8Array(buffer), (at, length) => module._page_report(page, id, rank, at, length))),
        onLost: (rank, why) => orFail(() => withText(why, (at) => module._page_lost(page, id, rank, at))),
      }));
      return pools.get(id);
    };
    const workers = {
      ensure: (id, count) => pool(id).ensure(count),
      post: (id, rank, bytes) => pool(id).post(rank, bytes),
      end(id) {
        pool(id).end();
        pools.delete(id);
      },
    };
    // Before the module listens.
    translateTouches(canvas, {
      pinch: (...fingers) => Boolean(page && module._page_pinch(page, ...fingers)),
      wheel: (x, y) => { if (page) module._page_wheel(page, x, y); },
      pointer: (finger) => { if (page) module._page_finger(page, finger); },
      movesMap: (x, y) => Boolean(page && module._page_moves_map(page, x, y)),
      calm: () => calmQuery.matches,
    });
    shareKeys(canvas, (node) => about.contains(node));
    followRatio = watchSize();
    const askText = createTextDialog((bytes) => {
      let taken = 0;
      withBytes(bytes, (at, length) => { taken = module._page_use_text(page, at, length); });
      return taken ? '' : language.tr(window.ladder.state().problems.at(-1));
    }, canvas);
    const complain = (sentence) => withText(sentence, (at) => module._page_notice(page, at));
    const files = createFiles({
      limit: (name, length) => { let most = 0; if (!page) return most; withText(name, (at) => { most = module._page_file_limit(page, at, length); }); return most; },
      open: (name, bytes) => withText(name, (at) => withBytes(bytes, (body, length) => module._page_open_file(page, at, body, length))),
      complain,
    });
    const { copy, save } = createHandover({ complain });
    const keepPicture = (name, area) => savePicture(save, complain, name, area);
    const ask = (type, fields) => JSON.parse(command(JSON.stringify({ ladder: 1, type, ...fields })));
    const planEmbed = createTeacherDialog({ ask, copy, home: canvas });
    module = await LadderPage({ ...unpacked(LadderPage), canvas, workers, fail, copy, save, askText, showLicences, chooseLanguage: (code) => language.choose(code), showForm: () => mirror.show(), openFile: files.choose, savePicture: keepPicture, planEmbed, print: () => {}, printErr: (line) => console.warn(line) });
    await told;
    const cores = navigator.hardwareConcurrency || 2;
    const home = location.protocol === 'http:' || location.protocol === 'https:' ? location.origin + location.pathname : '';
    withText(home, (where) => withText(location.search, (at) => { page = module._page_create(where, at, cores); }));
    if (!page) return;
    origins.push(...textAt(module._page_origins(page)).split(',').filter(Boolean));
    canvas.removeAttribute('style');  // GLFW's idea of its size
    language.attach({ show: showLanguage, text: (english) => { let text; withText(english, (at) => { text = textAt(module._page_text(page, at)); }); return text; }, complain });
    pace = createPace(canvas.getContext('webgl2'));
    surface = createSurface({ canvas, stage, draw, fail, hold: (hidden) => module._page_hold(page, hidden), restored: () => module._page_restored(page) });
    window.ladder = {
      state: () => JSON.parse(textAt(module._page_state(page))),
      frames: () => ({ ...frames, heap: module.HEAPU8.length }),
      resetFrames: () => Object.assign(frames, { count: 0, drawn: 0, slow: 0, longest: 0, total: 0 }),
    };
    document.body.classList.add('running');
    takeLessons();
    mirror = createMirror({ status, language, askText, ask, state: window.ladder.state, openFile: files.choose, planEmbed, save, savePicture: keepPicture });
    // Inside another page the address is that page's.
    const address = window.parent === window && createAddress({ link: () => ask('export', { format: 'link' }).text || '', state: window.ladder.state });
    if (document.wasDiscarded) complain('The browser had put this page away to save memory. The page begins again, with the run that its address names.');
    setInterval(() => {
      if (document.hidden) return;
      orFail(mirror.update);
      if (address) orFail(address.follow);
    }, 1000);  // so often at most
    if (window.parent === window) canvas.focus({ preventScroll: true });  // a page around keeps its own
    frame();
    keepForOffline();
  }

  // For use without a network, where the browser has room for it; nothing depends on it. Inside another page nothing is
  // left behind on the reader's machine.
  function keepForOffline() {
    try {
      if (base && window.parent === window && window.isSecureContext && window.origin !== 'null') navigator.serviceWorker.register(new URL('../sw.js', base)).catch(() => {});
    } catch { /* storage is denied to this page */ }
  }

  start().catch((error) => fail(`The page could not be started (${error.message || error}). Reload it; if that does not help, use a newer browser.`));
})();
