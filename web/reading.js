// What there is to read where nothing can be drawn: a picture of the page, and the text of the lessons, of which the one
// that the address names comes first. In a single file the text lies in it; else it is a page of its own beside this one.
'use strict';

async function showReading(place) {
  const text = document.getElementById('reading.html');
  const link = document.createElement('p');
  const page = language.code === 'zh' ? 'reading-zh.html' : 'reading.html';
  link.innerHTML = `<a href="${page}">${language.tr('The lessons, to be read')}</a>`;
  const picture = document.createElement('img');
  picture.alt = language.tr('The page during a run: the chain\u2019s spans on the left, a map of where three attention heads look, the ladder of predictors with the model near its top, and the learning curves below.');
  picture.src = text ? '' : 'preview.png';
  place.replaceChildren(...(text ? [] : [picture, link]));
  try {
    const html = text ? text.textContent : await (await fetch(page)).text();
    const lessons = [...new DOMParser().parseFromString(html, 'text/html').querySelectorAll('article')];
    const named = new URLSearchParams(location.search).get('lesson');
    lessons.sort((a, b) => (b.id === named) - (a.id === named));
    place.append(...lessons);
  } catch { /* the link is there */ }
}
