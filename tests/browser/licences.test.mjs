// What the page is made of can be read from the page: from its help, and the texts beside it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { drawn, open, until, visit } from './support.mjs';

let session;
before(async () => { session = await open(); });
after(async () => { await session.close(); });

test('the help leads to the works that the page is made of, and to the texts of their licences', async () => {
  const { page, context, errors } = await visit(session, { query: '?speed=0&steps=10' });
  await until(page, 'the end of the run', (s) => s.state === 'finished');
  await page.keyboard.press('?');
  await drawn(page);
  await page.mouse.move(1218, 250);
  await drawn(page);
  await page.mouse.down();
  await drawn(page);
  await page.mouse.up();
  await page.waitForSelector('#licences[open]');
  assert.ok(await page.isVisible('text=Dear ImGui'));
  const address = await page.getAttribute('#licences a[href="licences.txt"]', 'href');
  assert.match(await page.evaluate(async (name) => (await fetch(name)).text(), address), /Permission is hereby granted/);
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => !document.getElementById('licences').open && document.activeElement.id === 'canvas');
  assert.deepEqual(errors, []);
  await context.close();
});
