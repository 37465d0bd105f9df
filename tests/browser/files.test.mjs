// Files out and in on the real page: every kind is saved and read, what was saved opens again, and what people open by
// mistake is named in a sentence. The dialog for course pages.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { open, picture, screenshots, state, until, visit } from './support.mjs';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let session;
before(async () => { session = await open(); });
after(async () => { await session.close(); });

const quick = '&batch=64&validation=200', song = 'row row row your boat gently down the stream. '.repeat(60);

// Saved by the form beside the canvas.
async function saved(page, format) {
  await page.evaluate(() => document.getElementById('about').focus());
  await page.selectOption('#mirror-format', { label: format });
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-do=save]')]);
  return { name: download.suggestedFilename(), bytes: fs.readFileSync(await download.path()) };
}
// For a page: a browser that keeps the clipboard to itself.
const denied = () => { navigator.clipboard.writeText = () => Promise.reject(new DOMException('Denied.', 'NotAllowedError')); };
const bring = (page, name, buffer) => page.setInputFiles('body > input[type=file]', { name, mimeType: 'application/octet-stream', buffer });
// A blank picture packs into far less than a byte for a hundred pixels: one that was read after it was shown.
function png(bytes) {
  const width = bytes.readUInt32BE(16), height = bytes.readUInt32BE(20);
  return { width, height, good: bytes.subarray(1, 4).toString() === 'PNG' && bytes.length > width * height / 100 };
}

test('a run is saved in every form, and its model and settings open again; so do a lesson and a text', async () => {
  const { page, context, errors } = await visit(session, { query: `?speed=0&seed=11&heads=2&steps=80${quick}` });
  const end = await until(page, 'the end', (s) => s.state === 'finished' && s.shownStep === 80);

  const csv = (await saved(page, 'the curves (CSV)')).bytes.toString().trim().split('\n');
  assert.match(csv[0], /^step,train_loss,val_loss/);
  assert.equal(csv.length, end.snapshots + 1);
  const history = await saved(page, 'the history (JSON)');
  assert.equal(history.name, 'attention-ladder-default-seed-11-history.json');
  const moments = JSON.parse(history.bytes).moments;
  assert.deepEqual([moments.length, moments.at(-1).step, moments.at(-1).kl], [end.snapshots, 80, end.kl]);
  const svg = (await saved(page, 'the plots (SVG)')).bytes.toString();
  assert.match(svg, /^<svg xmlns/);
  assert.ok(svg.includes('KL from F') && svg.includes('head 2') && !/nan|inf/i.test(svg.replace(/Inter/g, '')));
  const drawn = await page.evaluate((text) => new DOMParser().parseFromString(text, 'image/svg+xml').querySelectorAll('polyline').length, svg);
  assert.ok(drawn >= 4 + 3 + 6, `${drawn} curves`);
  const picture = png((await saved(page, 'a picture (PNG)')).bytes);
  assert.deepEqual(picture, { width: 1280, height: 720, good: true });
  const panel = png((await saved(page, 'the attention (PNG)')).bytes);
  assert.ok(panel.good && panel.width > 500 && panel.width < 700 && panel.height > 350 && panel.height < 500, JSON.stringify(panel));
  const report = (await saved(page, 'a report (HTML)')).bytes.toString();
  for (const part of [end.sentence, 'seed=11', 'ladder train', '<svg', 'F\u2083']) assert.ok(report.includes(part), part);
  fs.writeFileSync(path.join(screenshots, 'report.html'), report);
  const settings = await saved(page, 'the settings (JSON)');
  assert.equal(JSON.parse(settings.bytes).heads, 2);
  const model = await saved(page, 'the model (safetensors)');
  assert.equal(Number(model.bytes.readBigUInt64LE(0)) < model.bytes.length, true);

  // Another run, then the model as it was.
  await page.evaluate(() => document.getElementById('canvas').focus());
  await page.keyboard.press('n');
  await until(page, 'another run', (s) => s.seed === 12 && s.step > 0);
  await bring(page, 'mine.safetensors', model.bytes);
  const opened = await until(page, 'the model', (s) => s.seed === 11 && s.shownStep === 80 && s.state === 'paused');
  assert.equal(opened.validationLoss, end.validationLoss);
  assert.deepEqual(opened.kl, end.kl);
  assert.match(opened.problems[0], /as it was at step 80/);
  await page.keyboard.press(' ');
  await until(page, 'training on', (s) => s.step > 80);

  await bring(page, 'attention-ladder-settings.json', Buffer.from(JSON.stringify({ ...JSON.parse(settings.bytes), seed: 77, steps: 20 })));
  const again = await until(page, 'the settings', (s) => s.seed === 77 && s.state === 'finished');
  assert.equal(again.settings.heads, 2);

  await bring(page, 'mine.md', Buffer.from('# Mine\n\n## One\nRead.\n## Two\nRead on.\n'));
  const { lesson } = await until(page, 'the lesson', (s) => s.workspace === 'lessons' && s.lesson && s.lesson.text.length > 0);
  assert.deepEqual([lesson.title, lesson.steps, lesson.text], ['Mine', 2, ['Read.']]);
  await bring(page, 'song.txt', Buffer.from(song));
  const sung = await until(page, 'a run on the text', (s) => s.settings.data === 'text' && s.snapshots > 0);
  assert.deepEqual([sung.preset, sung.settings.text, sung.settings.vocabulary], ['text', song, 19]);  // 18 different characters, and one token for any other
  assert.deepEqual(errors, []);
  await context.close();
});

test('damaged, foreign and huge files are named in a sentence, and the run goes on', async () => {
  const { page, context, errors } = await visit(session, { query: `?speed=20&seed=5&steps=4000${quick}` });
  await until(page, 'a running model', (s) => s.state === 'running' && s.step > 0);
  const told = async (pattern) => {
    const now = await until(page, `a sentence like ${pattern}`, (s) => s.problems.some((text) => pattern.test(text)));
    assert.equal(now.seed, 5);
    for (const text of now.problems) assert.match(text, /^[A-Z].*\.$/s);
    return now;
  };
  await bring(page, 'cat.safetensors', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, 4, 5, 6, 7]));
  await told(/cat\.safetensors/);
  await bring(page, 'list.json', Buffer.from('[1, 2, 3]'));
  await told(/list\.json holds no settings/);
  await bring(page, 'picture.png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255, 254]));
  await told(/text/);
  // A gigabyte, dropped: whoever reads a byte of it fails the test.
  await page.evaluate(() => {
    const refuse = () => { throw new Error('It was read.'); };
    const file = { name: 'huge.safetensors', size: 2 ** 30, slice: refuse, arrayBuffer: refuse, text: refuse };
    const event = new Event('drop', { bubbles: true, cancelable: true });
    Object.defineProperty(event, 'dataTransfer', { value: { files: [file], types: ['Files'] } });
    document.getElementById('canvas').dispatchEvent(event);
  });
  await told(/huge\.safetensors has 1 GB and was not read/);
  assert.equal((await state(page)).state, 'running');
  assert.deepEqual(errors, []);
  await context.close();
});

test('a link that was damaged on its way opens with what can be read of it', async () => {
  const { page, context, errors } = await visit(session, { query: '?preset=figure-6&se%ZZed=4&heads=%F0%9F%98%80&&&=&spans=2,2,&lesson=%00&step=-1&autoplay=false&text-size=9999&%' });
  const now = await until(page, 'the run', (s) => s.snapshots > 0);
  assert.equal(now.preset, 'figure-6');
  assert.ok(now.problems.length > 0 && now.problems.length <= 4);
  assert.equal(now.textSize, 100);
  assert.deepEqual(errors, []);
  await context.close();
});

// Without: web/address.js (it begins anew with the first address); the sentence in web/page.js.
test('loaded again, or put away by the browser to save memory, the page makes the run that was on screen', async () => {
  const discarded = () => Object.defineProperty(document, 'wasDiscarded', { value: performance.getEntriesByType('navigation')[0].type === 'reload' });
  const query = `?speed=0&seed=9&steps=20&theme=dark${quick}`;
  const { page, context, errors } = await visit(session, { query, before: `(${discarded})()` });
  await until(page, 'the end', (s) => s.state === 'finished');
  await page.waitForTimeout(400);
  assert.equal(await page.evaluate(() => location.search), query, 'the address that was opened is left as it is');
  await page.keyboard.press('n');
  const { seed, settings } = await until(page, 'another run', (s) => s.seed !== 9);
  await page.waitForFunction((n) => new URLSearchParams(location.search).get('seed') === String(n), seed);
  await page.reload();
  const now = await until(page, 'the run', (s) => s.snapshots > 0);
  assert.deepEqual([now.seed, now.dark, now.settings], [seed, true, settings]);
  assert.equal(now.problems.length, 1);
  assert.match(now.problems[0], /^The browser had put this page away to save memory\./);
  assert.deepEqual(errors, []);
  await context.close();
});

// Without: what web/address.js compares with the first state, App::Impl::link() behind `export link` (the address says what it began with).
test('the address says what the reader has changed of the page and of the equations', async () => {
  const { page, context, errors } = await visit(session, { query: `?locale=zh&theme=dark&text-size=150&speed=20&workspace=theory&flow-heads=2&seed=9&steps=20${quick}` });
  await until(page, 'the page', (s) => s.snapshots > 0 && s.language === 'zh');
  const now = () => page.evaluate(() => Object.fromEntries(new URL(location.href).searchParams));
  const begun = await now();
  assert.equal(begun['text-size'], '150');
  await page.evaluate(() => { document.getElementById('mirror-theory').open = true; });
  await page.waitForSelector('#mirror-flow-heads', { state: 'attached' });
  await page.evaluate(() => {
    const set = (id, value) => { const field = document.getElementById(`mirror-${id}`); field.value = value; field.dispatchEvent(new Event('change')); };
    for (const [id, value] of [['language', 'en'], ['theme', 'light'], ['text', 100], ['speed', 50]]) set(id, value);
    document.getElementById('mirror-flow-heads').value = '3';
    document.querySelector('[data-do=flow]').click();
  });
  await page.waitForFunction(() => new URL(location.href).searchParams.get('locale') === 'en' && !location.search.includes('flow-heads'));
  assert.deepEqual(await now(), { seed: '9', steps: '20', batch: '64', validation: '200', workspace: 'theory', locale: 'en', theme: 'light', 'text-size': '100', speed: '50' });
  // In a course page it is the same language, of another preset too.
  await page.evaluate(() => {
    document.querySelector('[data-do=plan]').click();
    const field = document.querySelector('.teacher [name=preset]');
    field.value = 'figure-6';
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  const link = new URL(await page.inputValue('.teacher [name=link]')).searchParams;
  assert.deepEqual([link.get('locale'), link.get('preset'), link.get('seed')], ['en', 'figure-6', '9']);
  assert.deepEqual(errors, []);
  await context.close();
});

// Without: the refusal in obey_export of src/ui/command_door.cpp (the whole page is saved as the panel).
test('of a panel that is not in sight no picture is saved, and the form says so', async () => {
  const { page, context, errors } = await visit(session, { query: `?autoplay=false&panels=attention${quick}` });
  await until(page, 'the untrained model', (s) => s.snapshots > 0);
  await page.evaluate(() => {
    document.getElementById('mirror-format').value = 'png .png curves';
    document.querySelector('[data-do=save]').click();
  });
  assert.match(await page.textContent('#mirror-news'), /The panel curves is not in sight/);
  assert.doesNotMatch(await page.textContent('#mirror-news'), /Saved/);
  assert.deepEqual(errors, []);
  await context.close();
});

// Without: what refresh() in web/teacher.js empties and disables, what wanted() leaves out with a lesson or a step, origins(); --size in web/mirror.js.
for (const dark of [false, true])
  test(`the dialog for course pages puts a link together that opens as chosen, ${dark ? 'dark' : 'light'}`, async () => {
    const { page, context, errors } = await visit(session, { query: `?speed=0&seed=9&steps=20${quick}${dark ? '&text-size=150' : ''}`, dark, before: dark && `(${denied})()` });
    await until(page, 'the end', (s) => s.state === 'finished');
    await page.keyboard.press('c');
    await page.waitForFunction(() => document.activeElement.id === 'about');
    await page.click('[data-do=plan]');
    await page.waitForSelector('.teacher[open]');
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run());
    assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join()}`), []);
    assert.equal(await page.$eval('.teacher', (dialog) => getComputedStyle(dialog).fontSize), dark ? '24px' : '16px');
    const link = () => page.inputValue('.teacher [name=link]');
    const handedOut = () => page.evaluate(() => {
      const part = (selector) => document.querySelector(`.teacher ${selector}`);
      return [part('[name=link]').value, part('[name=code]').value, part('[value=link]').disabled, part('[value=code]').disabled, part('a').hasAttribute('href')];
    });
    assert.ok((await link()).includes('seed=9') && (await link()).includes('embed=true'));
    await page.uncheck('.teacher [value=chain]');
    await page.uncheck('.teacher [value=curves]');
    await page.check('.teacher [value=reset]');
    await page.uncheck('.teacher [name=autoplay]');
    await page.selectOption('.teacher [name=text-size]', '130');
    await page.fill('.teacher [name=origin]', 'https://Course.example.org/week/3, null');
    await picture(page, `teacher${dark ? '-dark' : ''}.png`);
    const chosen = await link(), code = await page.inputValue('.teacher [name=code]');
    assert.equal(new URL(chosen).searchParams.get('allowed-origin'), 'https://course.example.org,null');
    assert.ok(code.includes(chosen.replace(/&/g, '&amp;')) && code.startsWith('<iframe'));
    // With a problem nothing is handed out: neither what the form said before nor a way to copy it.
    for (const [name, value, problem, good] of [['step', 'soon', /whole number/, ''], ['step', '21', /ends before/, ''], ['height', '299', /from 300/, '480'], ['origin', 'course.example.org', /whole address/, 'https://course.example.org null']]) {
      await page.fill(`.teacher [name=${name}]`, value);
      assert.match(await page.textContent('.teacher .text-dialog-problem'), problem);
      assert.deepEqual(await handedOut(), ['', '', true, true, false]);
      await page.fill(`.teacher [name=${name}]`, good);
      assert.deepEqual(await handedOut(), [chosen, code, false, false, true]);
    }
    // A run that is shown at a step goes there by itself.
    await page.fill('.teacher [name=step]', '20');
    assert.equal(await page.isDisabled('.teacher [name=autoplay]'), true);
    const shown = new URL(await link()).searchParams;
    assert.deepEqual([shown.get('step'), shown.get('autoplay')], ['20', null]);
    // A lesson has runs of its own: nothing of the one on screen is in its link.
    await page.selectOption('.teacher [name=lesson]', 'the-task');
    assert.deepEqual([...new URL(await link()).searchParams.keys()].sort(), ['allowed-origin', 'autoplay', 'embed', 'hide', 'lesson', 'panels', 'text-size']);
    assert.deepEqual(await page.$$eval('.teacher [name=preset], .teacher [name=step]', (fields) => fields.map((field) => field.disabled)), [true, true]);
    await page.selectOption('.teacher [name=lesson]', '');
    await page.fill('.teacher [name=step]', '');
    assert.equal(await link(), chosen);
    if (dark) {
      // The clipboard is denied to this one: what was to be copied is shown.
      await page.click('.teacher [value=link]');
      await page.waitForSelector('.handover[open]');
      assert.equal(await page.inputValue('.handover textarea'), chosen);
      assert.equal(await page.evaluate(() => document.activeElement.selectionEnd), chosen.length);
      await picture(page, 'handover-dark.png');
      await page.click('.handover button');
      assert.equal(await page.textContent('.teacher [value=link]'), 'Copy link');
    }
    await page.click('.teacher [value=close]');
    if (!dark) {
      await page.goto(chosen);
      const now = await until(page, 'the page as chosen, at rest', (s) => s.state === 'paused' && s.snapshots > 0);
      assert.deepEqual([now.seed, now.textSize, now.problems], [9, 130, []]);
      assert.ok(now.hidden.includes('reset') && now.hidden.includes('preset') && !now.hidden.includes('step'));
    }
    assert.deepEqual(errors, []);
    await context.close();
  });
