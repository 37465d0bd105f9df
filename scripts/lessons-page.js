// The lessons (docs/lessons.md) as one page of HTML to read, without a run: what a step asks of the page is left out,
// what the run would have shown follows as it stands, with a blank where the run would have put a number.
'use strict';
const fs = require('fs');
const path = require('path');

const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
const inline = (text) => escape(text).replace(/\*\*(.+?)\*\*/g, '<strong>$1</strong>').replace(/\[([^\]]+)\]\([^)]*\)/g, '$1').replace(/\{[^}]*\}/g, '\u2026');

function lessonHtml(name, text, said) {
  const html = [];
  let paragraph = [];
  const flush = () => {
    if (paragraph.length) html.push(`<p>${inline(paragraph.join(' '))}</p>`);
    paragraph = [];
  };
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('## ')) flush(), html.push(`<h3>${inline(line.slice(3))}</h3>`);
    else if (line.startsWith('# ')) flush(), html.push(`<h2>${inline(line.slice(2))}</h2>`);
    else if (line.startsWith('@then')) flush(), html.push(`<p><strong>${said.then}</strong></p>`);
    else if (line.startsWith('@bet')) flush(), html.push(`<p><strong>${said.bet}</strong></p>`);
    else if (line.startsWith('@') || line.trim() === '') flush();
    else paragraph.push(line.trim());
  }
  flush();
  return `<article id="${escape(name)}">\n${html.join('\n')}\n</article>`;
}

const words = {
  en: { lang: 'en', title: 'Attention Ladder: the lessons, to be read', heading: 'Attention Ladder: the lessons', then: 'On the page, once the run has shown it:', bet: 'A bet, before you read on.',
    about: 'They are meant to be read beside a run that goes on in your browser: <a href="index.html">open the page</a>. Here they stand alone. <a href="reading-zh.html" lang="zh-Hans" hreflang="zh-Hans">中文</a>' },
  zh: { lang: 'zh-Hans', title: 'Attention Ladder：课程阅读版', heading: 'Attention Ladder：课程', then: '页面上的训练给出结果之后：', bet: '读下去之前，先猜一猜。',
    about: '这些课程本来是要在浏览器里一边训练一边读的：<a href="index.html?locale=zh">打开页面</a>。这里只有文字。<a href="reading.html" lang="en" hreflang="en">English</a>' },
};

// A lesson that is not there in a language is there in English.
function lessonsPage(lessons, language) {
  const folder = path.join(lessons, 'en'), said = words[language];
  const text = (file) => fs.readFileSync([path.join(lessons, language, file), path.join(folder, file)].find((name) => fs.existsSync(name)), 'utf8');
  const files = fs.readdirSync(folder).filter((file) => file.endsWith('.md')).sort();
  const articles = files.map((file) => lessonHtml(file.replace(/^\d+-|\.md$/g, ''), text(file), said));
  return `<!doctype html>
<html lang="${said.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${said.title}</title>
<link rel="icon" href="icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="style.css">
</head>
<body class="paper">
<main>
<div id="about">
<h1>${said.heading}</h1>
<p>${said.about}</p>
${articles.join('\n')}
</div>
</main>
</body>
</html>
`;
}

module.exports = { lessonsPage };
