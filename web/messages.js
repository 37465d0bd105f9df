// Messages between the page and the page it is embedded in: version 1 of docs/embedding.md, whose schema is
// messages.schema.json. Checked here: who sends, how large, how often. What a command means, and whether it is well
// formed, the module decides (src/run/command.h), by the same door as keys and buttons.
'use strict';

// command(text): the module's answer, both JSON. picture(area): a data: URL of a part of the canvas, empty: there is none. wantedHeight(width): points.
// origins: who may command, known when the page is ready. Returns {pump(events), failed(sentence)}: events is a JSON array or an empty text.
function createMessages({ command, picture, wantedHeight, origins, stage }) {
  const version = 1;
  const largest = 16384;              // bytes of a message as JSON
  const oversized = { ladder: version };  // stands for a text that is not read
  const burst = 60, perSecond = 30;   // commands
  const host = window.parent === window ? null : window.parent;
  let tokens = burst, counted = performance.now();
  let ready = false, broken = false, lastHeight = 0, h5p = false;

  // Any host may read: nothing here is secret.
  const tell = (message) => { if (host) host.postMessage(message, '*'); };
  const refuse = (id, code, message) => tell({ ladder: version, type: 'error', id, code, message });
  const lost = (id) => refuse(id, 'failed', 'The page has broken down and cannot answer. Reload it.');

  const size = (text) => new TextEncoder().encode(text).length;  // bytes, as the module counts

  function idOf(message) {
    const id = message.id;
    return (typeof id === 'string' && size(id) <= 100) || (Number.isSafeInteger(id) && id >= 0) ? id : null;
  }

  function within() {
    const now = performance.now();
    tokens = Math.min(burst, tokens + Math.max(now - counted, 0) / 1000 * perSecond);
    counted = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  }

  // A message that claims to be ours: an object with a field "ladder", or the JSON text of one.
  function ours(data) {
    if (typeof data === 'string' && data.includes('"ladder"')) {
      if (data.length > 4 * largest) return oversized;
      try {
        return ours(JSON.parse(data));
      } catch {
        return { ladder: null };
      }
    }
    return typeof data === 'object' && data !== null && !Array.isArray(data) && 'ladder' in data ? data : null;
  }

  function receive(event) {
    if (!host || event.source !== host) return;
    if (event.data && event.data.context === 'h5p') return answerH5p(event.data);
    const message = ours(event.data);
    if (!message || message.type === 'answer' || message.type === 'error') return;
    const id = idOf(message);
    // Before it is ready nobody may command.
    if (ready && !origins.includes('*') && !origins.includes(event.origin))
      return refuse(id, 'forbidden', 'Commands are taken only from the page that the address of this one names with allowed-origin=, which must be ' + event.origin + ' for this one.');
    if (!within()) return refuse(id, 'too-many', `More than ${perSecond} commands a second; wait for the answers.`);
    if (broken) return lost(id);
    if (!ready) return refuse(id, 'not-ready', 'The page is not ready yet; wait for its message of type ready.');
    let text;
    try {
      text = JSON.stringify(message);
    } catch {
      return refuse(id, 'malformed', 'The message cannot be written as JSON.');
    }
    if (message === oversized || size(text) > largest) return refuse(id, 'too-large', `The message is larger than ${largest} bytes.`);
    try {
      const answer = JSON.parse(command(text));
      if (answer.area) {
        answer.url = picture(answer.area);
        if (!answer.url) return refuse(id, 'impossible', 'There is no picture: the browser took the drawing surface away. Ask again later.');
        delete answer.area;
      }
      tell(answer);
    } catch {
      lost(id);
    }
  }

  // The height in which everything is in sight at this width, in the words of those who may be listening.
  function tellHeight() {
    if (!host || !ready) return;
    const width = stage.clientWidth, height = wantedHeight(width);
    if (!width || height === lastHeight) return;  // without a width it is in no sight: a slide whose turn has not come
    lastHeight = height;
    tell({ ladder: version, type: 'resize', width, height });
    tell({ subject: 'lti.frameResize', height });  // Canvas
    tell({ height });                              // Observable
    if (h5p) tell({ context: 'h5p', action: 'prepareResize', scrollHeight: height, clientHeight: stage.clientHeight });
  }

  function answerH5p({ action }) {
    if (action === 'hello') {
      h5p = true;
      lastHeight = 0;
      tellHeight();
    } else if (action === 'resizePrepared' && h5p) {
      tell({ context: 'h5p', action: 'resize', scrollHeight: wantedHeight(stage.clientWidth) });
    }
  }

  window.addEventListener('message', receive);
  tell({ context: 'h5p', action: 'hello' });
  new ResizeObserver(tellHeight).observe(stage);

  return {
    pump(events) {
      if (!ready) {
        ready = true;
        tell({ ladder: version, type: 'ready', versions: [version], origins });
      }
      tellHeight();  // which the size of the text and the number of heads change too
      if (host && events) for (const message of JSON.parse(events)) tell(message);
    },
    failed(message) {
      broken = true;
      refuse(null, 'failed', message);
    },
  };
}
