// The page in the reader's language: the one that the address asks for (locale), else the first of the browser's languages that there is,
// else English. English is in the page; another language is one script (cmake/make_language.py), loaded only when it is wanted: its texts
// by their English ones, its lessons, its font for the canvas. As a script it arrives in a sandboxed frame and from a disk too.
'use strict';

const language = (() => {
  const scripts = { zh: 'language-zh.js' }, tags = { en: 'en', zh: 'zh-Hans' }, names = { zh: 'Chinese' };
  const here = document.currentScript.src;
  const packs = new Map();      // code: {texts, lessons, font}
  const texts = new WeakMap();       // text node: {english, shown}
  const attributes = new WeakMap();  // element: its attributes in English
  const shown = ['aria-label', 'title', 'placeholder', 'alt'];
  let code = 'en', chosen = false, module = null, turns = 0, complaint = '';

  const known = (tag) => { const first = String(tag).toLowerCase().split('-')[0]; return first in tags ? first : ''; };
  function wished() {
    const locale = new URLSearchParams(location.search).get('locale');
    // A tag of another language means English; what is no tag at all, the reader's own.
    if (locale && /^[A-Za-z0-9-]{1,35}$/.test(locale)) return { code: known(locale) || 'en', chosen: Boolean(known(locale)) };
    return { code: (navigator.languages || [navigator.language]).map(known).find(Boolean) || 'en', chosen: false };
  }

  const words = (text) => text.replace(/\s+/g, ' ').trim();
  // A text that stands in the catalogue as it is; the module knows sentences with holes too.
  function tr(text) {
    if (code === 'en' || !text) return text;
    return packs.get(code).texts[words(text)] || (module ? module.text(text) : text);
  }
  const whole = (text) => { const found = code !== 'en' && packs.get(code).texts[words(text)]; return found ? text.replace(/\S[^]*\S|\S/, () => found) : text; };

  // The words of the HTML that are there from the start; what scripts write is translated where it is written.
  function translate(root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.parentElement.closest('script, style, textarea, pre')) continue;
      const before = texts.get(node), english = before && node.data === before.shown ? before.english : node.data;  // a script may have written over it
      texts.set(node, { english, shown: whole(english) });
      if (node.data !== whole(english)) node.data = whole(english);
    }
    for (const element of root.querySelectorAll(shown.map((name) => `[${name}]`).join())) {
      if (!attributes.has(element)) attributes.set(element, Object.fromEntries(shown.map((name) => [name, element.getAttribute(name)])));
      for (const name of shown) if (attributes.get(element)[name]) element.setAttribute(name, whole(attributes.get(element)[name]));
    }
  }

  function apply() {
    document.documentElement.lang = tags[code];
    translate(document.documentElement);
    if (module) module.show(code, chosen, packs.get(code));
  }

  function load(wanted) {
    if (wanted === 'en' || packs.has(wanted)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = here ? new URL(scripts[wanted], here).href : scripts[wanted];
      script.dataset.optional = '';
      script.onload = () => (packs.has(wanted) ? resolve() : reject(new Error('it holds no texts')));
      script.onerror = () => { script.remove(); reject(new Error('it did not arrive')); };
      document.head.append(script);
    });
  }

  function tell() {
    if (module && complaint) module.complain(complaint);
    if (module) complaint = '';
  }

  // byHand: the reader or the address wants it so, and links carry it on.
  async function choose(wanted, byHand = true) {
    const turn = turns += 1;
    try {
      await load(wanted);
      if (turn !== turns) return;
      code = wanted;
      chosen = byHand;
      apply();
    } catch (error) {
      if (turn !== turns) return;
      complaint = `The texts in ${names[wanted]} could not be loaded (${error.message}), so the page stays in English. See that the network is there and choose the language again.`;
      tell();
    }
  }

  return {
    tr, choose,
    get code() { return code; },
    add: (name, pack) => packs.set(name, pack),
    begin() {
      const wish = wished();
      return wish.code === 'en' && !wish.chosen ? Promise.resolve() : choose(wish.code, wish.chosen);
    },
    // What the canvas needs from now on: show(code, chosen, pack), text(english), complain(sentence).
    attach(to) {
      module = to;
      apply();
      tell();
    },
  };
})();

// Called by the script of a language.
function addLanguage(code, pack) { language.add(code, pack); }
