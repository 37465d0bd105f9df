// <attention-ladder>: the page as an element of another page. Nothing is loaded until it comes into sight; until then
// a picture stands in its place. Attributes are the page's parameters, events its messages: docs/embedding.md.
(() => {
  'use strict';
  if (!globalThis.customElements || customElements.get('attention-ladder')) return;

  const version = 1;
  const script = document.currentScript || document.querySelector('script[src*="attention-ladder"]');
  const here = script && script.src ? new URL('index.html', script.src).href : '';
  // What is the element's own affair; every other attribute is a parameter of the page.
  const own = new Set(['id', 'class', 'style', 'src', 'poster', 'title', 'slot', 'hidden', 'lang', 'dir', 'tabindex', 'role', 'part', 'is', 'width', 'height', 'ratio', 'fit', 'loading']);
  const named = ['preset', 'seed', 'autoplay', 'speed', 'stop-at', 'step', 'theme', 'locale', 'hide', 'panels'];
  const properties = ['src', 'poster', ...named];
  const live = { theme: (value) => ({ theme: value }), speed: (value) => ({ settings: { speed: Number(value) } }) };
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
    #box;
    #poster;
    #asked = 0;
    #waiting = new Map();  // id: {resolve, reject}
    #queue = [];           // commands from before the page was ready
    #ready = false;
    #watch = null;
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
      addEventListener('message', this.#listen);
      this.#shape();
      this.#showPoster();
      this.#watch = new IntersectionObserver((entries) => {
        if (entries.some((entry) => entry.isIntersecting)) this.load();
      });
      this.#watch.observe(this);
    }

    disconnectedCallback() {
      removeEventListener('message', this.#listen);
      this.#watch.disconnect();
      this.unload();
    }

    static get observedAttributes() { return [...properties, 'ratio', 'fit']; }
    attributeChangedCallback(name, before, after) {
      if (before === after || !this.isConnected) return;
      if (name === 'ratio' || name === 'fit') return this.#shape();
      if (name === 'poster') return this.#showPoster();
      if (!this.#frame) return;
      if (live[name] && after !== null) {
        this.command('set', live[name](after)).catch(() => {});  // the page says so as well
      } else {
        clearTimeout(this.#late);
        this.#late = setTimeout(() => { this.unload(); this.load(); });
      }
    }

    // The page's address with this element's parameters.
    get address() {
      const url = new URL(this.getAttribute('src') || here, document.baseURI);
      url.searchParams.set('embed', 'true');
      for (const { name, value } of this.attributes)
        if (!own.has(name) && !/^(on|data-|aria-)/.test(name)) url.searchParams.set(name === 'stop-at' ? 'stopAt' : name, value);
      url.searchParams.set('allowed-origin', origin === 'null' || location.protocol === 'file:' ? 'null' : origin);
      url.searchParams.set('version', version);
      return url.href;
    }

    // Starts the page, as coming into sight does.
    load() {
      if (this.#frame || !this.isConnected) return;
      if (!this.getAttribute('src') && !here) throw new Error('<attention-ladder> needs the address of the page: src="https://../index.html".');
      this.#watch.disconnect();
      const frame = this.#frame = document.createElement('iframe');
      frame.title = this.title || 'Attention Ladder: a transformer training live';
      frame.setAttribute('allow', 'clipboard-write; fullscreen');
      frame.src = this.address;
      this.#box.append(frame);
    }

    unload() {
      if (this.#frame) this.#frame.remove();
      this.#frame = null;
      this.#ready = false;
      for (const { reject } of this.#waiting.values()) reject(new Error('The page was taken away.'));
      this.#waiting.clear();
      this.#queue = [];
    }

    // A command of docs/embedding.md; resolves with its answer.
    command(type, fields = {}) {
      const id = ++this.#asked;
      return new Promise((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        const message = { ...fields, ladder: version, id, type };
        if (this.#ready) this.#frame.contentWindow.postMessage(message, '*');
        else this.#queue.push(message);
      });
    }
    play() { return this.command('play'); }
    pause() { return this.command('pause'); }
    stepOnce() { return this.command('step'); }
    reset(seed) { return this.command('reset', seed === undefined ? {} : { seed }); }
    set(settings) { return this.command('set', { settings }); }
    get(what = 'state') { return this.command('get', { what }).then((answer) => answer.value); }
    seek(step) { return this.command('seek', { step }); }
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
      if (data.type === 'ready') {
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
      this.#box.append(this.#poster);
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
