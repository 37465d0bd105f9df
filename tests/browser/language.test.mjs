// The page in Chinese: asked for by the address, by the browser's languages or by hand; nothing on the way round stays English; its texts
// and its font are fetched only where they are wanted, and where they do not arrive the page says so and stays English.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { contextOf, drawn, open, picture, state, until, visit } from './support.mjs';

let session;
before(async () => { session = await open(); });
after(async () => { await session.close(); });

const chinese = /[\u4e00-\u9fff]/, names = ['Dropout', 'Xavier', 'AdamW'];  // which have none in Chinese
const shot = (page, name) => picture(page, `language-${name}.png`);

test('by its address the page is Chinese in every workspace, in the form and in its lessons', async () => {
  const { page, context, errors } = await visit(session, { query: '?locale=zh-CN&speed=0&steps=200&batch=128&validation=200&seed=7' });
  await until(page, 'the end of the run', (s) => s.state === 'finished' && s.language === 'zh');
  const frames = await page.evaluate(() => window.ladder.frames());
  console.log(`in Chinese: interactive after ${Math.round(frames.first)} ms, ${frames.count} frames, mean ${(frames.total / frames.count).toFixed(2)} ms, longest ${frames.longest.toFixed(1)} ms`);
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-Hans');
  await drawn(page);
  await shot(page, 'run');
  await page.keyboard.press('Shift+?');
  await until(page, 'the keys', (s) => s.helpOpen);
  await drawn(page);
  await shot(page, 'keys');
  await page.keyboard.press('Escape');
  for (const [key, workspace] of [['e', 'lessons'], ['p', 'paper'], ['d', 'theory']]) {
    await page.keyboard.press(key);
    await until(page, workspace, (s) => s.workspace === workspace);
    await drawn(page);
    await shot(page, workspace);
  }
  await page.keyboard.press('d');
  await page.keyboard.press('s');
  await drawn(page);
  await shot(page, 'slow-motion');
  await page.keyboard.press('Escape');

  // The form: words, labels and settings.
  await page.keyboard.press('c');
  await page.waitForFunction(() => document.activeElement.id === 'about');
  for (const id of ['mirror-settings', 'mirror-travel', 'mirror-heads', 'mirror-paper']) await page.evaluate((name) => { document.getElementById(name).open = true; }, id);
  await drawn(page);
  await shot(page, 'form');
  for (const text of await page.$$eval('#mirror label, #mirror summary, #mirror button, #mirror-summary li', (list) => list.map((e) => e.textContent).filter((t) => /[A-Za-z]{4}/.test(t)))) if (!names.includes(text)) assert.match(text, chinese, text);
  const lessons = await page.$$eval('#mirror-lesson option', (list) => list.map((e) => e.textContent));
  assert.equal(lessons.length, 8);
  for (const text of lessons) assert.match(text, chinese);
  assert.deepEqual((await state(page)).untranslated, []);

  // Back to English and to Chinese again, by hand: what was chosen and typed stays, and no word of the other language does.
  const fields = { preset: 'text', lesson: 'the-task', figure: '5', 'branch-name': 'batch', 'branch-value': '77', 'flow-ratio': '1.9', 'sweep-name-1': 'heads', 'sweep-values-1': '1,2' };
  const filled = () => page.evaluate((names) => Object.fromEntries(names.map((name) => [name, document.getElementById(`mirror-${name}`).value])), Object.keys(fields));
  await page.evaluate((values) => { for (const name in values) document.getElementById(`mirror-${name}`).value = values[name]; }, fields);
  assert.deepEqual(await filled(), fields);
  await page.selectOption('#mirror-language', 'en');
  const english = await until(page, 'English', (s) => s.language === 'en');
  const form = () => page.$$eval('#mirror label, #mirror legend, #mirror small, #mirror summary, #mirror button, #mirror option:not([lang]), #mirror-summary li, #mirror-claim', (list) => list.map((e) => e.textContent));
  await page.waitForFunction(() => !/[\u4e00-\u9fff]/.test(document.getElementById('mirror-summary').textContent));
  for (const text of await form()) assert.doesNotMatch(text, chinese, text);
  assert.deepEqual(await filled(), fields);
  assert.equal(english.untranslated, undefined);
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
  assert.equal(await page.textContent('#mirror-settings > summary'), 'Settings');
  await page.selectOption('#mirror-language', 'zh');
  await until(page, 'Chinese', (s) => s.language === 'zh');
  assert.match(await page.textContent('#mirror-settings > summary'), chinese);
  const left = (await form()).filter((text) => /[A-Za-z]{4}/.test(text) && !chinese.test(text));
  assert.deepEqual(left.filter((text) => !names.includes(text)), []);
  assert.deepEqual(await filled(), fields);
  assert.deepEqual(errors, []);
  await context.close();
});

test('a lesson in Chinese, on a phone', async () => {
  const { page, context, errors } = await visit(session, { query: '?locale=zh&speed=0&steps=100&lesson=the-task', width: 390, height: 844, touch: true });
  const now = await until(page, 'the lesson', (s) => s.language === 'zh' && s.lesson && s.lesson.text.length > 0);
  assert.match(now.lesson.title, chinese);
  for (const paragraph of now.lesson.text) assert.match(paragraph, chinese);
  await drawn(page);
  await shot(page, 'lesson-390x844');
  assert.deepEqual(errors, []);
  await context.close();
});

test('the browser\u2019s language is followed where the address names none; without Chinese nothing of it is fetched', async () => {
  for (const [locale, query, expected] of [['zh-CN', '', 'zh'], ['zh-TW', '?locale=en', 'en'], ['de-DE', '', 'en'], ['en-US', '?locale=fr', 'en']]) {
    const context = await contextOf(session, { locale, viewport: { width: 480, height: 320 } });
    const page = await context.newPage(), fetched = [];
    page.on('request', (request) => fetched.push(request.url()));
    await page.goto(`${session.address}${query}${query ? '&' : '?'}autoplay=false`);
    await until(page, expected, (s) => s.language === expected && s.snapshots > 0);
    assert.equal(fetched.some((url) => /language-zh/.test(url)), expected === 'zh', `${locale} ${query}`);
    await context.close();
  }
});

test('where the texts do not arrive, the page stays English and says so', async () => {
  const context = await contextOf(session, { viewport: { width: 1280, height: 720 } });
  const page = await context.newPage();
  await page.route(/language-zh/, (route) => route.abort());
  await page.goto(`${session.address}?locale=zh&autoplay=false`);
  const now = await until(page, 'the sentence', (s) => s.problems.length > 0);
  assert.equal(now.language, 'en');
  assert.match(now.problems[0], /^The texts in Chinese could not be loaded \(it did not arrive\), so the page stays in English\. See that the network is there/);
  await context.close();
});
