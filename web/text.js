// A text of the reader's own: a dialog to paste it or to open a file. The bytes go to the module, which decides what is
// text. Files that are dropped on the page: web/files.js.
'use strict';

// give: takes a Uint8Array and returns the sentence that it was refused with, if it was; home: what has the focus again afterwards. Returns the function that opens the dialog.
function createTextDialog(give, home) {
  const most = 400000;  // bytes: the module takes the first 100,000 characters, none of which has more than four
  const dialog = document.createElement('dialog');
  dialog.className = 'text-dialog';
  dialog.setAttribute('aria-labelledby', 'text-dialog-title');
  dialog.innerHTML = `<div>
    <h2 id="text-dialog-title">Learn from a text of your own</h2>
    <p id="text-dialog-help">Its characters become the tokens, and the rungs of the ladder its n-gram predictors. It stays on this computer. A few thousand characters are a good beginning; the first 100,000 are used.</p>
    <textarea aria-label="The text" aria-describedby="text-dialog-help" rows="9" spellcheck="false"></textarea>
    <p role="alert" class="text-dialog-problem"></p>
    <div class="text-dialog-row"><label>Or open a file <input type="file" accept=".txt,.md,.csv,text/*"></label>
    <span><button value="cancel" type="button">Cancel</button> <button value="learn" type="button" class="primary">Learn from it</button></span></div>
  </div>`;
  document.body.append(dialog);
  const area = dialog.querySelector('textarea'), file = dialog.querySelector('input'), problem = dialog.querySelector('.text-dialog-problem');

  // Only the beginning is read, however large the file is.
  async function read(blob) {
    return new Uint8Array(await blob.slice(0, most).arrayBuffer());
  }

  file.addEventListener('change', async () => {
    problem.textContent = '';
    if (!file.files.length) return;
    try {
      const bytes = await read(file.files[0]);
      // A character may have been cut in two at the end of what was read.
      const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
      if (text.includes('\0')) throw new Error('binary');
      area.value = text;
      if (file.files[0].size > most) problem.textContent = language.tr(`The file is larger than ${most / 1000} kB; only its beginning was read.`);
    } catch {
      problem.textContent = language.tr(`${file.files[0].name} is not a text in UTF-8. Save it as plain text and open it again.`);
    }
    file.value = '';
  });

  // Not a form's submission, which a sandboxed frame may not make.
  for (const button of dialog.querySelectorAll('button')) button.addEventListener('click', () => {
    // A text that is refused stays, to be mended: the notice on the page may be out of sight.
    const refused = button.value === 'learn' && give(new TextEncoder().encode(area.value));
    if (refused) problem.textContent = refused;
    else dialog.close();
  });
  dialog.addEventListener('close', () => home.focus({ preventScroll: true }));

  return () => {
    problem.textContent = '';
    dialog.showModal();
    area.focus();
  };
}
