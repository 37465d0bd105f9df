// For a course page: which parts to show, whether it starts by itself, which preset, seed or lesson; the link and the
// code to embed follow as one chooses (docs/embedding.md has the parameters).
'use strict';

// ask(type, fields): a command's answer. copy(text): resolves to whether the clipboard has it. home: what has the focus again afterwards. Returns the function that opens it.
function createTeacherDialog({ ask, copy, home }) {
  const panels = ['chain', 'attention', 'ladder', 'curves'];
  const controls = ['run', 'step', 'reset', 'new-seed', 'preset', 'speed', 'workspace', 'share', 'theme', 'help', 'settings', 'timeline', 'maximise'];
  // What an embedded page goes without anyway.
  const slim = ['new-seed', 'preset', 'workspace', 'share', 'theme'];
  const dialog = document.createElement('dialog');
  dialog.classList.add('text-dialog', 'teacher');
  dialog.setAttribute('aria-labelledby', 'teacher-title');
  const boxes = (name, list) => list.map((value) => `<label><input type="checkbox" name="${name}" value="${value}"${name === 'panels' ? ' checked' : ''}> ${value.replace('-', ' ')}</label>`).join(' ');
  dialog.innerHTML = `<h2 id="teacher-title">For a course page</h2>
    <p>The run on screen, its seed and what differs from its preset travel in the link. A lesson brings runs of its own instead.</p>
    <div class="teacher-columns">
    <fieldset><legend>Panels to show</legend>${boxes('panels', panels)}</fieldset>
    <fieldset class="two"><legend>Controls to hide</legend><div>${boxes('hide', controls)}</div></fieldset>
    <fieldset class="begin"><legend>How it begins</legend>
    <label>Preset <select name="preset"></select></label>
    <label>Lesson <select name="lesson"><option value="">none</option></select></label>
    <label>Theme <select name="theme"><option value="">as the reader\u2019s system</option><option>light</option><option>dark</option></select></label>
    <label>Text size <select name="text-size"><option value="">100 %</option><option value="115">115 %</option><option value="130">130 %</option><option value="150">150 %</option><option value="200">200 %</option></select></label>
    <label>Show at step <input name="step" inputmode="numeric" size="7" autocomplete="off"></label>
    <label>Height, pixels <input name="height" inputmode="numeric" size="5" value="480" autocomplete="off"></label>
    <label><input type="checkbox" name="autoplay" checked> starts by itself</label>
    <label><input type="checkbox" name="embed" checked> slim bar, as part of a page</label></fieldset></div>
    <label class="teacher-out row">Page of yours that may send it commands; empty: none <input name="origin" type="url" placeholder="https://course.example.org" autocomplete="off" spellcheck="false"></label>
    <p role="alert" class="text-dialog-problem"></p>
    <label class="teacher-out">Link <textarea name="link" rows="2" readonly spellcheck="false"></textarea></label>
    <label class="teacher-out">Code to embed <textarea name="code" rows="3" readonly spellcheck="false"></textarea></label>
    <p class="teacher-local" hidden>This link leads to your own machine and opens for nobody else. Put the page on a host and make the link there.</p>
    <div class="text-dialog-row"><span><button type="button" value="link">Copy link</button> <button type="button" value="code">Copy code</button></span>
    <span><a target="_blank" rel="noopener">Try it</a> <button type="button" value="close" class="primary">Close</button></span></div>`;
  document.body.append(dialog);
  const field = (name) => dialog.querySelector(`[name="${name}"]`), chosen = (name, on) => [...dialog.querySelectorAll(`[name="${name}"]`)].filter((box) => box.checked === on && !box.disabled).map((box) => box.value);
  const problem = dialog.querySelector('.text-dialog-problem');
  const escape = (text) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
  let link = '', preset = '';

  function wanted() {
    const url = new URL(link);
    // Of another preset than the one on screen only the seed stays, and the language that was chosen; of a lesson, which begins runs of its own, only the language.
    const locale = url.searchParams.get('locale');
    const { seed, steps } = ask('get', { what: 'settings' }).value, lesson = field('lesson').value, other = field('preset').value !== preset;
    if (lesson || other) url.search = `?${new URLSearchParams({ ...(!lesson && { preset: field('preset').value, seed }), ...(locale && { locale }) })}`;
    const add = (name, value) => { if (value) url.searchParams.set(name, value); };
    if (chosen('panels', false).length) add('panels', chosen('panels', true).join(','));
    add('hide', chosen('hide', true).join(','));
    for (const name of ['lesson', 'theme', 'text-size']) add(name, field(name).value);
    if (!field('autoplay').disabled && !field('autoplay').checked) add('autoplay', 'false');
    if (field('embed').checked) add('embed', 'true');
    const step = field('step').disabled ? '' : field('step').value.trim();
    if (step && !/^\d{1,9}$/.test(step)) throw new Error('The step must be a whole number.');
    if (step > steps && !other) throw new Error('The run on screen ends before this step.');
    add('step', step);
    add('allowed-origin', origins());
    return url.href.replace(/%(2C|2F|3A)/g, decodeURIComponent);
  }

  // Of a whole address the part that browsers tell of a page that sends something.
  function origins() {
    return field('origin').value.split(/[\s,]+/).filter(Boolean).map((text) => {
      if (text === '*' || text === 'null') return text;
      const { origin } = URL.canParse(text) ? new URL(text) : { origin: 'null' };
      if (origin === 'null') throw new Error('A page that may send commands is named by its whole address, with https at the beginning.');
      return origin;
    }).join(',');
  }

  function refresh() {
    problem.textContent = '';
    // What would say nothing: a lesson has its own runs, and a run that is shown at a step goes there by itself and rests.
    for (const name of ['preset', 'step']) field(name).disabled = field('lesson').value !== '';
    field('autoplay').disabled = !field('step').disabled && field('step').value.trim() !== '';
    for (const box of dialog.querySelectorAll('[name=hide]')) box.disabled = field('embed').checked && slim.includes(box.value);
    let url = '', code = '';
    try {
      if (!chosen('panels', true).length) throw new Error('Choose at least one panel.');
      const height = field('height').value.trim();
      if (!/^\d{3,4}$/.test(height) || height < 300) throw new Error('The height must be a number of pixels from 300 to 9999.');
      url = wanted();
      code = `<iframe src="${escape(url)}" title="Attention Ladder" width="100%" height="${height}" style="border:0" loading="lazy"></iframe>`;
      const { protocol, hostname } = new URL(url);
      dialog.querySelector('.teacher-local').hidden = protocol !== 'file:' && !/^(localhost|127\.|\[::1\]|0\.0\.0\.0)/.test(hostname);
    } catch (error) {
      problem.textContent = language.tr(error.message);
    }
    // With a problem there is nothing to take away: what was put together before is not what the form says now.
    field('link').value = url;
    field('code').value = code;
    for (const button of dialog.querySelectorAll('button:not(.primary)')) button.disabled = !url;
    if (url) dialog.querySelector('a').href = url;
    else dialog.querySelector('a').removeAttribute('href');
  }

  dialog.addEventListener('input', refresh);
  dialog.addEventListener('close', () => home.focus({ preventScroll: true }));
  for (const button of dialog.querySelectorAll('button'))
    button.addEventListener('click', () => {
      if (button.value === 'close') return dialog.close();
      for (const other of dialog.querySelectorAll('button:not(.primary)')) other.textContent = language.tr(`Copy ${other.value}`);
      copy(field(button.value).value).then((done) => { if (done) button.textContent = language.tr('Copied'); });
    });

  return () => {
    const answer = ask('export', { format: 'link' });
    if (answer.type === 'error') return;
    link = answer.text;
    preset = ask('get', { what: 'state' }).value.preset;
    // Anew each time: the language may be another one.
    const fill = (name, list) => field(name).replaceChildren(...[...field(name).options].filter((option) => !option.value), ...list.map((entry) => new Option(language.tr(entry.title), entry.name)));
    const lesson = field('lesson').value;
    fill('preset', ask('get', { what: 'presets' }).value);
    fill('lesson', ask('get', { what: 'lessons' }).value);
    field('lesson').value = lesson;
    field('preset').value = preset;
    refresh();
    dialog.showModal();
  };
}
