// Files of the reader's: opened or dropped, a model, settings, a lesson or a text by the ending of its name. No more is read
// than the module takes, and nothing of a file that is too large.
'use strict';

// limit(name, size): bytes to read, 0: none. open(name, bytes). complain(sentence). Returns {choose(), take(file)}.
function createFiles({ limit, open, complain }) {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.safetensors,.json,.md,.txt,.csv,text/*';
  input.hidden = true;
  document.body.append(input);

  async function take(file) {
    try {
      const most = limit(file.name, file.size);
      if (most === 0) return;
      const bytes = new Uint8Array(await file.slice(0, most).arrayBuffer());
      let end = bytes.length;
      // A text that was cut ends with a whole character.
      if (file.size > most) {
        while (end > 0 && (bytes[end - 1] & 0xc0) === 0x80) end -= 1;
        end = Math.max(end - 1, 0);
      }
      open(file.name, bytes.subarray(0, end));
    } catch (error) {
      complain(`The file ${file.name} could not be read (${error.message || error}). If it is a folder, or was moved meanwhile, open the file itself again.`);
    }
  }

  input.addEventListener('change', () => {
    if (input.files.length) take(input.files[0]);
    input.value = '';
  });
  document.addEventListener('dragover', (event) => {
    if (event.dataTransfer && [...event.dataTransfer.types].includes('Files')) event.preventDefault();
  });
  document.addEventListener('drop', (event) => {
    const file = event.dataTransfer && event.dataTransfer.files[0];
    if (!file) return;
    event.preventDefault();
    take(file);
  });
  return { choose: () => input.click(), take };
}
