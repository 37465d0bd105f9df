// Every lesson to its end, doing what it asks, at full speed: steps by Enter, bets by number, a click where one is asked for. Each bet
// gets an answer from the run. With LADDER_SCREENSHOTS set it leaves a picture of each step.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { arriving, coarse, drawn, inSight, open, picture, rests, state, until, visit } from './support.mjs';

let session;
before(async () => { session = await open(); });
after(async () => { await session.close(); });

const lessons = ['the-task', 'what-attention-reads', 'why-heads-compete', 'the-climb', 'misspecified-models', 'early-stopping', 'differential-equations', 'is-depth-different'];

// Walks the open lesson; answers: what the bets came to.
async function walk(page, name, locale = '') {
  const answers = [];
  for (;;) {
    let now = await until(page, `a step of ${name}`, (s) => s.lesson && s.lesson.name === name && s.lesson.text.length > 0);
    const step = now.lesson.step;
    assert.ok(now.lesson.text.every((p) => !/[{}]|\*\*|\]\(/.test(p)), now.lesson.text.join('\n'));
    if (now.lesson.choices) {
      now = await until(page, 'the choices', (s) => s.lesson.choices.length > 1);
      await page.keyboard.press('1');
    }
    if (now.lesson.press) await page.mouse.click(580, 262);  // on a map, which stays for what comes next
    now = await until(page, `step ${step} of ${name} to be done`, (s) => s.lesson.step === step && s.lesson.done);
    assert.equal(now.lesson.missed, false, `step ${step} of ${name}`);
    if (now.lesson.choices) {
      assert.ok(now.lesson.answer >= 0 && now.lesson.answer < now.lesson.choices.length);
      answers.push(now.lesson.choices[now.lesson.answer]);
    }
    assert.equal((await state(page)).closeUp, undefined);
    await picture(page, `lesson${locale}-${name}-${step}.png`);
    if (step === now.lesson.steps) return answers;
    await page.keyboard.press('Enter');
    await until(page, 'the next step', (s) => s.lesson.step === step + 1);
  }
}

test('every lesson runs to its end, and each bet gets its answer', async () => {
  const { page, context, errors } = await visit(session, { ...coarse, query: '?speed=0&lesson=the-task' });
  const answers = {};
  for (const name of lessons) {
    answers[name] = await walk(page, name);
    await page.keyboard.press('Enter');
  }
  await until(page, 'the list of lessons', (s) => s.workspace === 'lessons' && !s.lesson);
  // What the seeds of the shipped lessons show; the texts rely on it.
  assert.deepEqual(answers['the-task'], ['the near pair', 'the middle pair']);
  assert.match(answers['why-heads-compete'][0], /^Head \d$/);
  assert.equal(answers['the-climb'][1], 'the far pair');
  assert.deepEqual(answers['the-climb'].slice(2), ['no']);
  assert.deepEqual(answers['misspecified-models'].map((a) => a.slice(0, 4).trim()), ['F\u2082', 'F\u2081', 'F\u2083'].map((a) => a + ':'));
  assert.deepEqual(answers['early-stopping'].map((a) => a.slice(0, 4).trim()), ['yes,', 'F\u2081:', 'F\u2080:', 'F\u2082:']);
  assert.deepEqual(answers['differential-equations'], ['pattern 1, the strongest', 'pattern 2', 'yes, in order']);
  assert.equal(answers['is-depth-different'][0], 'yes, in order');
  assert.deepEqual(errors, []);
  await context.close();
});

// Without: the pause in App::Impl::follow_lesson (the bet is asked when the run has shown its answer).
test('what a step waited for is shown at rest while a bet on the same run is to come', async () => {
  const { page, context, errors } = await visit(session, { ...coarse, query: '?lesson=mine.md', before: arriving({ 'mine.md': '# Mine\n\n## One\n@run preset=default batch=64 validation=128 speed=100\n@wait step 40\nWait.\n## Two\nRead.\n## Three\n@bet class-at 600\nWhich?\n' }) });
  const shown = await until(page, 'what the first step waits for', (s) => s.lesson && s.lesson.step === 1 && s.lesson.done && s.state === 'paused');
  await page.waitForTimeout(400);
  assert.equal((await state(page)).step, shown.step);
  assert.ok(shown.step < 600, `step ${shown.step}`);
  // The address is that of the lesson and of its run.
  await page.waitForFunction(() => ['lesson', 'batch'].map((name) => new URL(location.href).searchParams.get(name)).join() === 'mine.md,64');
  await page.keyboard.press('Enter');
  await until(page, 'the step between', (s) => s.lesson.step === 2);
  await page.keyboard.press('Enter');
  await until(page, 'the bet', (s) => s.lesson.step === 3 && s.lesson.choices.length > 1);
  // The slow motion of a step is put away by what sets the run going.
  await page.keyboard.press('s');
  await until(page, 'slow motion', (s) => s.slowMotion);
  await page.keyboard.press('1');
  await until(page, 'the run', (s) => s.state === 'running' && !s.slowMotion && s.live && s.step > shown.step + 5);
  assert.deepEqual(errors, []);
  await context.close();
});

test('a lesson of one\u2019s own is read from an address, a bad one is told', async () => {
  const long = Array.from({ length: 40 }, (_, i) => `Line ${i} of a text that is longer than its place.\n\n`).join('');
  const { page, context, errors } = await visit(session, { ...coarse, smooth: true, still: true, query: '?speed=0&steps=20&lesson=mine.md', before: arriving({ 'mine.md': `# Mine\n\n## One\n@dance\nHello.\n## Two\n${long}## Three\n@bet last-class\n` }) });
  const now = await until(page, 'the lesson', (s) => s.lesson && s.lesson.text.length > 0);
  assert.equal(now.lesson.title, 'Mine');
  assert.match(now.problems[0], /^The lesson mine\.md: Line 4: There is no command @dance/);
  const at = async (key, step) => {
    await page.keyboard.press(key);
    await until(page, `step ${step}`, (s) => s.lesson.step === step);
  };
  await at('Enter', 2);
  await at('Backspace', 1);
  await at('Enter', 2);
  await until(page, 'a rest', (s) => ['paused', 'finished'].includes(s.state) && s.snapshots > 0);
  const looks = async (key) => {
    if (key) await page.keyboard.press(key);
    await drawn(page);
    await rests(page);
    return page.screenshot();
  };
  const top = await looks();
  assert.ok(!(await looks('PageDown')).equals(top));
  assert.ok((await looks('PageUp')).equals(top));
  await page.keyboard.press('Escape');
  await until(page, 'the list', (s) => !s.lesson);
  assert.deepEqual(errors, []);
  await context.close();
});

// The climb's first steps speak of the ladder.
for (const [width, height, panels] of [[390, 844, ['attention', 'ladder']], [540, 300, ['ladder']], [1000, 620, ['chain', 'attention', 'ladder', 'curves']], [1680, 1000, ['chain', 'attention', 'ladder', 'curves']]])
  test(`at ${width} x ${height} what a lesson speaks of is in sight beside it`, async () => {
    const { page, context, errors } = await visit(session, { query: '?speed=0&steps=40&lesson=the-climb', width, height, touch: width === 390, scale: width === 390 ? 2 : 1, dark: width === 540 });
    await until(page, 'the lesson', (s) => s.lesson && s.lesson.done);
    await page.keyboard.press('Enter');
    await until(page, 'the second step', (s) => s.lesson.step === 2);
    await drawn(page);
    assert.deepEqual(await inSight(page), panels);
    await picture(page, `lesson-${width}x${height}.png`);
    assert.deepEqual(errors, []);
    await context.close();
  });

// Without: the order in App::Impl::close_uppermost, Escape closes the lesson behind the panel; go_live in App::Impl::play, the moment looked at stays;
// LessonWorld::heads, Reset drops the bet.
test('a bet shows the run that it is on and outlives its reset; Escape gives the room back before it closes the lesson', async () => {
  const { page, context, errors } = await visit(session, { ...coarse, query: '?lesson=mine.md', before: arriving({ 'mine.md': '# Mine\n\n## One\n@run preset=default batch=64 validation=128 speed=100\n@wait step 40\nWait.\n## Two\n@speed 5\n@bet first-head-to-leave\nWhich?\n' }) });
  await until(page, 'what the first step waits for', (s) => s.lesson && s.lesson.step === 1 && s.lesson.done && s.state === 'paused');
  await page.keyboard.press('Enter');
  await until(page, 'the bet', (s) => s.lesson.step === 2 && s.lesson.choices.length > 2);
  await page.keyboard.press('ArrowLeft');
  await until(page, 'an earlier moment', (s) => s.live === false);
  await page.keyboard.press('3');
  await until(page, 'the run', (s) => s.lesson.choice === 2 && s.live && s.step > 41);
  await page.keyboard.press('r');
  assert.equal((await until(page, 'the run from its beginning', (s) => s.snapshots > 0 && s.step > 0 && s.step < 40)).lesson.choice, 2);
  await page.mouse.click(1262, 66);
  await until(page, 'one panel in the room of all', (s) => s.maximised);
  await page.keyboard.press('Escape');
  assert.ok((await until(page, 'all panels', (s) => !s.maximised)).lesson);
  assert.deepEqual(errors, []);
  await context.close();
});

// Without: PushID in App::Impl::draw_panel, Back does nothing; UnderSheet there, the maps are looked at closer and a tap opens a prediction.
test('on a phone nothing under a lesson is touched, and Back goes back beside a prediction', async () => {
  const { page, context, errors } = await visit(session, { ...coarse, touch: true, width: 390, height: 844, query: '?speed=0&steps=40&batch=64&validation=128&lesson=mine.md', before: arriving({ 'mine.md': '# Mine\n\n## One\n@point attention\nRead.\n## Two\n@point attention\nRead on.\n' }) });
  await until(page, 'the lesson', (s) => s.lesson && s.snapshots > 0 && s.state !== 'running');
  await page.keyboard.press('Enter');
  await until(page, 'its second step', (s) => s.lesson.step === 2);
  await drawn(page);
  // Which heights show a map, as the wheel with Ctrl tells: those that show the page, and none of those that the lesson takes.
  const mapAt = (y) => page.evaluate((at) => !document.querySelector('canvas').dispatchEvent(new WheelEvent('wheel', { clientX: 60, clientY: at, deltaY: 0, ctrlKey: true, bubbles: true, cancelable: true })), y);
  const heights = Array.from({ length: 41 }, (_, i) => 20 + 20 * i), maps = [];
  for (const y of heights) if (await mapAt(y)) maps.push(y);
  assert.ok(maps.length > 4 && maps.every((y) => y < 490), `${maps}`);
  for (let y = 560; y < 790; y += 20) {
    await page.touchscreen.tap(60, y);
    await drawn(page);
  }
  assert.equal((await state(page)).closeUp, undefined);
  await page.touchscreen.tap(200, maps[4]);
  await until(page, 'a prediction', (s) => s.closeUp);
  await page.touchscreen.tap(48, 818);
  assert.ok((await until(page, 'the step before', (s) => s.lesson.step === 1)).closeUp);
  assert.deepEqual(errors, []);
  await context.close();
});
