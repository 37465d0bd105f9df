// The lessons (docs/lessons.md) as one page of HTML to read, without a run: what a step asks of the page is left out,
// what the run would have shown follows as it stands, with a blank where the run would have put a number.
'use strict';
const fs = require('fs');
const path = require('path');

const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
const inline = (text) => escape(text).replace(/\*\*(.+?)\*\*/g, '<strong>$1</strong>').replace(/\[([^\]]+)\]\([^)]*\)/g, '$1').replace(/\{[^}]*\}/g, '\u2026');

function lessonHtml(name, text) {
  const html = [];
  let paragraph = [];
  const flush = () => {
    if (paragraph.length) html.push(`<p>${inline(paragraph.join(' '))}</p>`);
    paragraph = [];
  };
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('## ')) flush(), html.push(`<h3>${inline(line.slice(3))}</h3>`);
    else if (line.startsWith('# ')) flush(), html.push(`<h2>${inline(line.slice(2))}</h2>`);
    else if (line.startsWith('@then')) flush(), html.push('<p><strong>On the page, once the run has shown it:</strong></p>');
    else if (line.startsWith('@bet')) flush(), html.push('<p><strong>A bet, before you read on.</strong></p>');
    else if (line.startsWith('@') || line.trim() === '') flush();
    else paragraph.push(line.trim());
  }
  flush();
  return `<article id="${escape(name)}">\n${html.join('\n')}\n</article>`;
}

function lessonsPage(folder) {
  const files = fs.readdirSync(folder).filter((file) => file.endsWith('.md')).sort();
  const articles = files.map((file) => lessonHtml(file.replace(/^\d+-|\.md$/g, ''), fs.readFileSync(path.join(folder, file), 'utf8')));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Attention Ladder: the lessons, to be read</title>
<link rel="icon" href="icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="style.css">
</head>
<body class="paper">
<main>
<div id="about">
<h1>Attention Ladder: the lessons</h1>
<p>They are meant to be read beside a run that goes on in your browser: <a href="index.html">open the page</a>. Here they stand alone.</p>
${articles.join('\n')}
</div>
</main>
</body>
</html>
`;
}

module.exports = { lessonsPage };
