import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPageRoom, type PageRoom } from '../support/page-room.ts';
import { startService } from '../support/service.ts';

let room: PageRoom;

beforeAll(async () => {
  room = await openPageRoom(async ({ engine }) => {
    await engine.machine.make({ name: 'web', image: 'tiny' });
    await engine.machine.make({ name: 'db', image: 'tiny' });
  });
});
afterAll(() => room?.[Symbol.asyncDispose]());

test('what was typed and not written is there again, until it is taken back', async () => {
  const page = await room.visit('/machines/web/settings');
  const places = page.getByRole('navigation', { name: 'Places' });
  const editor = page.getByRole('textbox', { name: 'machine.yaml' });
  await editor.fill('half: typed\n');
  await places.getByRole('link', { name: 'Images' }).click();
  await page.getByRole('heading', { name: 'Images' }).waitFor();
  await page.goBack();
  expect(await editor.inputValue()).toBe('half: typed\n');
  await page.getByRole('link', { name: 'db', exact: true }).click();
  await page.getByRole('heading', { name: 'db', exact: true }).waitFor();
  expect(await editor.inputValue()).toContain('version: 1');
  await page.goBack();
  await page.getByRole('button', { name: 'Take back' }).click();
  await page.getByRole('button', { name: 'Write', disabled: true }).waitFor();
  expect(await editor.inputValue()).toContain('version: 1');

  await page.getByRole('link', { name: 'New machine' }).click();
  const name = page.getByLabel('Name', { exact: true });
  await name.fill('later');
  await places.getByRole('link', { name: 'Images' }).click();
  await page.getByRole('heading', { name: 'Images' }).waitFor();
  await page.goBack();
  expect(await name.inputValue()).toBe('later');
});

test('a question stays with what was typed where its answer is refused', async () => {
  const page = await room.visit('/machines/web', { bears: /status of 4/ });
  await page.getByRole('button', { name: 'What else can be done with web' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  const question = page.getByRole('dialog', { name: 'Rename web' });
  await question.getByLabel('New name').fill('db');
  await page.keyboard.press('Enter');
  await question.getByRole('alert').waitFor();
  expect(await question.getByLabel('New name').inputValue()).toBe('db');
});

test('arrows go to the machines from nowhere, and n to the first field of a new one', async () => {
  const page = await room.visit('/');
  const db = page.getByRole('link', { name: 'db', exact: true });
  await db.waitFor();
  await page.keyboard.press('ArrowDown');
  expect(await db.evaluate((link) => link === document.activeElement)).toBe(true);
  await page.keyboard.press('n');
  await page.locator('select:focus').waitFor();
});

test('while vmd is not heard nothing is offered, and it is said what is known last', async () => {
  const { port } = room.service;
  const page = await room.visit('/machines/web', { bears: /./ });
  const start = page.getByRole('main').getByRole('button', { name: 'Start', exact: true });
  await start.and(page.getByRole('button', { disabled: false })).waitFor();
  await room.service.kill();
  await start.and(page.getByRole('button', { disabled: true })).waitFor();
  await page.getByText(/^not heard since /).waitFor();
  room.service = await startService(room.home, port);
  await start.and(page.getByRole('button', { disabled: false })).waitFor();
  expect(await page.getByText(/^not heard since /).count()).toBe(0);
});
