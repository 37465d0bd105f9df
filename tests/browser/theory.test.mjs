// The workspace of the differential equations on the page: opened by address, a slider moved by hand, the changed prediction
// read; the equations beside a run; and no frame held up by solving.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { coarse, drawn, open, picture, state, until, visit } from './support.mjs';

let session;
before(async () => { session = await open(); });
after(async () => { await session.close(); });

const solved = (s) => s.workspace === 'theory' && s.theory.solved;
const times = (s) => s.theory.stages.map((stage) => stage.time);

test('the workspace opens by address, and a slider changes what is predicted', async () => {
  const { page, context, errors } = await visit(session, { query: '?workspace=theory&autoplay=false' });
  const first = await until(page, 'the solution', solved);
  assert.deepEqual(first.theory.stages.map((stage) => stage.pattern), [1, 2, 3]);
  assert.ok(Math.abs(times(first)[0] - 4.554) < 0.01, `${times(first)}`);
  assert.equal(first.theory.reached, 1e5);
  console.log(`100000 time units of figure 10, first solution, while the page still starts: ${first.theory.milliseconds.toFixed(1)} ms`);
  await drawn(page);
  await picture(page, 'theory-1280x720.png');
  // The second slider is the ratio's: somewhere to its right the strengths lie further apart.
  await page.mouse.click(215, 186);
  const second = await until(page, 'another solution', (s) => solved(s) && s.theory.settings.ratio !== first.theory.settings.ratio);
  assert.ok(Number(second.theory.settings.ratio) > 1.7, second.theory.settings.ratio);
  assert.ok(times(second)[0] < times(first)[0], 'a stronger first pattern is learned sooner');
  await page.keyboard.press('d');
  await until(page, 'the run', (s) => s.workspace === 'run');
  assert.deepEqual(errors, []);
  await context.close();
});

test('the equations of figure 10 are solved again and again', async () => {
  const { page, context, errors } = await visit(session, { query: '?workspace=theory&autoplay=false' });
  const { theory } = await until(page, 'the solution', solved);
  await page.evaluate(() => { document.getElementById('mirror-theory').open = true; });
  await page.waitForSelector('#mirror-flow-seed', { state: 'attached' });
  // Through the form, to another start and back.
  const times = [];
  for (let i = 0; i < 10; ++i) {
    const seed = i % 2 ? theory.settings.seed : '8';
    await page.evaluate((value) => {
      document.getElementById('mirror-flow-seed').value = value;
      document.querySelector('[data-do=flow]').click();
    }, seed);
    const now = await until(page, 'a solution', (s) => s.theory.solved && s.theory.settings.seed === seed);
    assert.equal(now.theory.reached, 1e5);
    if (seed !== '8') times.push(now.theory.milliseconds);
  }
  times.sort((a, b) => a - b);
  console.log(`100000 time units of figure 10: ${times[2].toFixed(1)} ms, the median of five solutions (${times[0].toFixed(1)} to ${times[4].toFixed(1)})`);
  assert.deepEqual(errors, []);
  await context.close();
});

// Without: fit (src/theory/flow.cpp), there are more patterns than features, which have no slider.
test('the slider of the patterns takes the features along', async () => {
  const { page, context, errors } = await visit(session, { query: '?workspace=theory&flow-features=3&autoplay=false' });
  await until(page, 'the solution', solved);
  await page.mouse.click(240, 163);
  const now = await until(page, 'another solution', (s) => solved(s) && Number(s.theory.settings.patterns) > 3);
  assert.equal(now.theory.settings.features, now.theory.settings.patterns);
  assert.deepEqual(errors, []);
  await context.close();
});

test('the sliders follow the keyboard', async () => {
  const { page, context, errors } = await visit(session, { ...coarse, smooth: true, query: '?workspace=theory&autoplay=false' });
  await until(page, 'the solution', solved);
  const press = async (key) => {
    await page.keyboard.press(key);
    await drawn(page);
    return (await state(page)).theory.settings;
  };
  // Tab to a slider: the one whose value an arrow changes.
  const reach = async (name) => {
    const before = (await state(page)).theory.settings[name];
    for (let i = 0; i < 20; ++i) {
      await press('Tab');
      const now = (await press('ArrowRight'))[name];
      if (now !== before) return [Number(before), Number(now)];
    }
    assert.fail(`Tab does not lead to ${name}`);
  };
  const ratios = await reach('ratio');
  // The arrows stay with the slider.
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft']) ratios.push(Number((await press(key)).ratio));
  const [r0, r1, r2, r3, r4] = ratios;
  assert.ok(r0 < r1 && r1 < r2 && r2 < r3 && r4 < r3, `${ratios}`);
  const [none, some] = await reach('decay');
  assert.equal(none, 0);
  assert.ok(some > 0, 'and leaves the end that stands for 0');
  await until(page, 'another solution', solved);
  assert.deepEqual(errors, []);
  await context.close();
});

test('beside the run, one time scale is fitted and the verdict told', async () => {
  const { page, context, errors } = await visit(session, { query: '?flow-view=run&speed=0' });
  const last = await until(page, 'three stages', (s) => solved(s) && s.theory.fitted === 3);
  assert.ok(last.theory.stepsPerTime > 0);
  assert.match(last.theory.comparison, /^The stages come in the predicted order|^The run/);
  await drawn(page);
  await picture(page, 'theory-run-1280x720.png');
  assert.deepEqual(errors, []);
  await context.close();
});

test('an address sets the equations, and what cannot be is told', async () => {
  const { page, context, errors } = await visit(session, { query: '?flow-strengths=4,1&flow-heads=2&flow-start=waterfall&flow-asymmetry=lots', dark: true, width: 390, height: 844 });
  const now = await until(page, 'the solution', solved);
  assert.equal(now.theory.settings.strengths, '4,1');
  assert.equal(now.theory.settings.start, 'waterfall');
  assert.match(now.problems[0], /asymmetry of the equations cannot be "lots"/);
  await drawn(page);
  await picture(page, 'theory-390x844.png');
  assert.deepEqual(errors, []);
  await context.close();
});
