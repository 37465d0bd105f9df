// <attention-ladder>: the page as an element of another page. Nothing is loaded until it comes into sight; until then
// a picture stands in its place. Attributes are the page's parameters, events its messages: docs/embedding.md.
(() => {
  'use strict';
  if (!globalThis.customElements || customElements.get('attention-ladder')) return;

  const version = 1;
  const script = document.currentScript || document.querySelector('script[src*="attention-ladder"]');
  const here = script && script.src ? new URL('index.html', script.src).href : '';
  // What is the element's own affair; every other attribute is a parameter of the page.
  const own = new Set(['id', 'class', 'style', 'poster', 'title', 'slot', 'hidden', 'lang', 'dir', 'tabindex', 'role', 'part', 'exportparts', 'is', 'inert', 'nonce', 'translate', 'width', 'height', 'ratio', 'fit', 'loading']);
  // Those that are properties too; a setting is an attribute by its name.
  const properties = ['src', 'poster', 'preset', 'seed', 'autoplay', 'speed', 'stop-at', 'step', 'theme', 'text-size', 'locale', 'hide', 'panels', 'lesson', 'workspace', 'figure'];
  // What a page takes while it runs; for all else it is loaded anew.
  const live = { theme: (value) => ({ theme: value }), speed: (value) => ({ settings: { speed: value } }), 'text-size': (value) => ({ textSize: Number(value) }) };
  const whole = (value) => (/^\d{1,15}$/.test(value) ? Number(value) : value);  // as properties give it: their text
  const camel = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
  const events = new Set(['ready', 'load', 'step', 'rung', 'stage', 'finished', 'error', 'resize']);

  const style = `:host{display:block;position:relative;contain:content;background:#f7f7f4;border-radius:6px;overflow:hidden}
:host([hidden]){display:none}
@media(prefers-color-scheme:dark){:host{background:#16181b}}
iframe,.poster{position:absolute;inset:0;width:100%;height:100%;border:0;object-fit:cover}
.poster{display:grid;place-items:center;font:15px/1.5 system-ui,sans-serif;color:#7b8087}
.poster svg{width:96px;height:96px}
.box{width:100%}`;
  function drawing() {
    const make = (name, attributes) => {
      const node = document.createElementNS('http://www.w3.org/2000/svg', name);
      for (const key in attributes) node.setAttribute(key, attributes[key]);
      return node;
    };
    const picture = make('svg', { viewBox: '0 0 24 24' });
    picture.append(make('path', { d: 'M8 2v20M16 2v20M8 6h8M8 10.5h8M8 15h8M8 19.5h8', stroke: 'currentColor', 'stroke-width': 1.2 }), make('circle', { cx: 12, cy: 15, r: 2.2, fill: '#3b5bdb' }));
    return picture;
  }

  class AttentionLadder extends HTMLElement {
    #frame = null;
    #given = new Map();    // the parameters that its page has
    #box;
    #poster;
    #asked = 0;
    #waiting = new Map();  // id: {resolve, reject}
    #queue = [];           // commands from before the page was ready
    #ready = false;
    #failure = '';         // why the page could not begin
    #watch = null;
    #awaited = false;      // in sight, and only its page's address is missing
    #changes = new MutationObserver(() => this.#follow());
    #late = 0;
    #height = 0;           // that the page wishes for
    #listen = (event) => this.#receive(event);

    constructor() {
      super();
      const root = this.attachShadow({ mode: 'open' });
      const sheet = new CSSStyleSheet();  // a <style> would need leave from a strict policy
      sheet.replaceSync(style);
      root.adoptedStyleSheets = [sheet];
      this.#box = document.createElement('div');
      this.#box.className = 'box';
      root.append(this.#box);
    }

    connectedCallback() {
      // What was set before this script arrived.
      for (const name of properties.map(camel))
        if (Object.hasOwn(this, name)) {
          const value = this[name];
          delete this[name];
          this[name] = value;
        }
      addEventListener('message', this.#listen);
      this.#shape();
      this.#showPoster();
      this.#changes.observe(this, { attributes: true });
      this.#awaited = false;
      this.#watch = new IntersectionObserver((entries) => {
        this.#awaited = entries[entries.length - 1].isIntersecting;
        if (this.#awaited) this.load();
      });
      this.#watch.observe(this);
    }

    disconnectedCallback() {
      removeEventListener('message', this.#listen);
      this.#changes.disconnect();
      this.#watch.disconnect();
      this.unload();
    }

    static get observedAttributes() { return ['poster', 'ratio', 'fit']; }
    attributeChangedCallback(name, before, after) {
      if (before === after || !this.isConnected) return;
      if (name === 'poster') this.#showPoster();
      else this.#shape();
    }

    get #parameters() {
      return new Map([...this.attributes].filter(({ name }) => !own.has(name) && !/^(on|data-|aria-|_)/.test(name)).map(({ name, value }) => [name, value]));
    }

    // Parameters that are others than the page has: told to it, or it begins anew, once for all that change together.
    #follow() {
      const wanted = this.#parameters;
      if (!this.#frame) {
        if (this.#awaited && wanted.get('src')) this.load();
        return;
      }
      for (const name of new Set([...wanted.keys(), ...this.#given.keys()])) {
        const value = wanted.get(name);
        if (value === this.#given.get(name)) continue;
        if (live[name] && value !== undefined && !this.#late) {
          this.#given.set(name, value);
          this.#send('set', live[name](value)).catch(({ code, message }) => { if (code) console.warn(`<attention-ladder ${name}="${value}">: ${message}`); });
        } else if (!this.#late) {
          this.#ready = false;
          this.#late = setTimeout(() => { this.#takeAway(); this.load(); });
        }
      }
    }

    // The page's address with this element's parameters.
    get address() {
      const url = new URL(this.getAttribute('src') || here, document.baseURI);
      url.searchParams.set('embed', 'true');
      for (const [name, value] of this.#parameters) if (name !== 'src') url.searchParams.set(name === 'stop-at' ? 'stopAt' : name, value);
      url.searchParams.set('allowed-origin', origin === 'null' || location.protocol === 'file:' ? 'null' : origin);
      url.searchParams.set('version', version);
      return url.href;
    }

    // Starts the page, as coming into sight does.
    load() {
      if (this.#failure) this.#takeAway();
      if (this.#frame || !this.isConnected) return;
      if (!this.getAttribute('src') && !here) throw new Error('<attention-ladder> needs the address of the page: src="https://../index.html".');
      this.#watch.disconnect();
      this.#awaited = false;
      const frame = this.#frame = document.createElement('iframe');
      frame.title = this.title || 'Attention Ladder: a transformer training live';
      frame.setAttribute('allow', 'clipboard-write; fullscreen');
      frame.src = this.address;
      this.#given = this.#parameters;
      this.#box.append(frame);
    }

    // It stays away until load() or a command.
    unload() {
      this.#queue = [];
      this.#takeAway();
    }

    #takeAway() {
      clearTimeout(this.#late);
      this.#late = 0;
      if (this.#frame) this.#frame.remove();
      this.#frame = null;
      this.#ready = false;
      this.#failure = '';
      this.#refuse('The page was taken away.');
      this.#showPoster();
    }

    // All commands but those that wait for a page that is on its way.
    #refuse(message, code) {
      const kept = new Set(this.#queue.map(({ id }) => id));
      for (const [id, { reject }] of this.#waiting) {
        if (kept.has(id)) continue;
        this.#waiting.delete(id);
        reject(Object.assign(new Error(message), code && { code }));
      }
    }

    // A command of docs/embedding.md; resolves with its answer. Where there is no page yet it is loaded.
    command(type, fields = {}) {
      if (this.#changes.takeRecords().length) this.#follow();  // it belongs to the page that the attributes speak of
      return this.#send(type, fields);
    }
    #send(type, fields) {
      return new Promise((resolve, reject) => {
        if (!this.isConnected) throw new Error('The element is in no document, so it has no page.');
        if (!this.#failure) this.load();
        else if (!this.#late) throw Object.assign(new Error(this.#failure), { code: 'failed' });
        const id = ++this.#asked;
        this.#waiting.set(id, { resolve, reject });
        const message = { ...fields, ladder: version, id, type };
        if (this.#ready) this.#frame.contentWindow.postMessage(message, '*');
        else this.#queue.push(message);
      });
    }
    play() { return this.command('play'); }
    pause() { return this.command('pause'); }
    stepOnce() { return this.command('step'); }
    reset(seed) { return this.command('reset', seed === undefined || seed === null ? {} : { seed: whole(seed) }); }
    set(settings) { return this.command('set', { settings }); }
    get(what = 'state') { return this.command('get', { what }).then((answer) => answer.value); }
    seek(step) { return this.command('seek', { step: whole(step) }); }
    export(format) { return this.command('export', { format }).then((answer) => answer.url || answer.text); }

    #receive({ source, data }) {
      if (!this.#frame || source !== this.#frame.contentWindow || !data || data.ladder !== version) return;
      if (data.type === 'answer' || (data.type === 'error' && data.id !== null)) {
        const asked = this.#waiting.get(data.id);
        this.#waiting.delete(data.id);
        if (asked && data.type === 'answer') asked.resolve(data);
        else if (asked) asked.reject(Object.assign(new Error(data.message), { code: data.code }));
        return;
      }
      if (!events.has(data.type)) return;
      if (data.type === 'error' && data.code === 'failed' && !this.#ready && !this.#late) {
        this.#failure = data.message;
        this.#queue = [];
        this.#refuse(data.message, 'failed');
      }
      if (data.type === 'ready' && !this.#late) {
        this.#ready = true;
        if (this.#poster) this.#poster.remove();
        for (const message of this.#queue.splice(0)) this.#frame.contentWindow.postMessage(message, '*');
      }
      if (data.type === 'resize') {
        this.#height = data.height;
        this.#shape();
      }
      this.dispatchEvent(new CustomEvent(data.type, { detail: data }));
    }

    // As high as its style says; else of its ratio, 16 / 9 where nothing is said, or with `fit` as high as the page wishes.
    #shape() {
      const fit = this.hasAttribute('fit') && this.#height;
      this.#box.style.height = fit ? `${this.#height}px` : '';
      this.#box.style.aspectRatio = fit ? '' : this.getAttribute('ratio') || '16 / 9';
    }

    #showPoster() {
      if (this.#ready) return;
      if (this.#poster) this.#poster.remove();
      const address = this.getAttribute('poster');
      this.#poster = document.createElement(address ? 'img' : 'div');
      this.#poster.className = 'poster';
      if (address) Object.assign(this.#poster, { src: address, alt: this.title });
      else this.#poster.append(drawing());
      this.#box.prepend(this.#poster);  // under the page, which may have a sentence to say
    }
  }

  for (const name of properties)
    Object.defineProperty(AttentionLadder.prototype, camel(name), {
      configurable: true, enumerable: true,
      get() { return this.getAttribute(name); },
      set(value) { if (value === null || value === undefined) this.removeAttribute(name); else this.setAttribute(name, value); },
    });
  customElements.define('attention-ladder', AttentionLadder);
})();
