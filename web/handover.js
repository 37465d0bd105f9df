// What the reader takes away: texts by the clipboard, files by the disk. A browser may keep both from a page, from one inside
// another without a word.
'use strict';

// complain(sentence): tells the reader. Returns copy(text), which tells whether the clipboard has it, and save(name, content).
function createHandover({ complain }) {
  const types = { csv: 'text/csv', json: 'application/json', svg: 'image/svg+xml', html: 'text/html', png: 'image/png', safetensors: 'application/octet-stream' };
  // A frame of an origin of its own is in a sandbox, which may hold downloads back.
  const boxed = window.parent !== window && window.origin === 'null';
  let told = false;
  const dialog = document.createElement('dialog');
  dialog.classList.add('text-dialog', 'handover');
  dialog.setAttribute('aria-labelledby', 'handover-title');
  dialog.innerHTML = `<h2 id="handover-title">To be copied by hand</h2>
    <p>This browser keeps the clipboard from the page. The text is selected: copy it with the keyboard or the menu.</p>
    <textarea aria-labelledby="handover-title" rows="5" readonly spellcheck="false"></textarea>
    <div class="text-dialog-row"><span></span><button type="button" class="primary">Close</button></div>`;
  document.body.append(dialog);
  const area = dialog.querySelector('textarea');
  dialog.querySelector('button').addEventListener('click', () => dialog.close());

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      area.value = text;
      dialog.showModal();
      area.focus();
      area.select();
      return false;
    }
  }

  function save(name, content) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([content], { type: types[name.split('.').pop()] || 'text/plain' }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    if (boxed && !told) complain('If no file came, the page around this one allows no downloads. Open this page by itself and save there.');
    told = true;
  }

  return { copy, save };
}
