import { readFileSync, writeFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bootTiny, prompt } from '../support/guest.ts';
import { openPageRoom, type PageRoom } from '../support/page-room.ts';
import { shows, types } from '../support/visit.ts';

/** The tests follow one guest and its forks. */
let room: PageRoom;

beforeAll(async () => {
  room = await openPageRoom((home) => bootTiny(home, 'm', { disk: '16M' }));
});
afterAll(() => room?.[Symbol.asyncDispose]());

/** What Chromium says of a picture that was asked for of a machine just before it went down or was removed. */
const tooLate = /status of 40[49].*machine\/screenshot/;

const at = async (path: string, options = {}): Promise<Page> =>
  await room.visit(path, { bears: tooLate, ...options });

/** The state that the head of an open machine tells. */
const stands = async (page: Page, name: string, state: string) =>
  await page
    .getByRole('region', { name: `Machine ${name}` })
    .getByRole('status')
    .getByText(state, { exact: true })
    .first()
    .waitFor();

const press = async (page: Page, name: string) =>
  await page.getByRole('main').getByRole('button', { name, exact: true }).first().click();

const choose = async (page: Page, machine: string, what: string) => {
  await page.getByRole('button', { name: `What else can be done with ${machine}` }).click();
  await page.getByRole('menuitem', { name: what, exact: true }).click();
};

test('the list shows what another process does with machines', async () => {
  const page = await at('/');
  const list = page.getByRole('region', { name: 'Machines' });
  const row = (name: string) => list.getByRole('listitem').filter({ has: page.getByRole('link', { name }) });
  await row('m').getByText('running').waitFor();
  await room.home.engine.machine.pause({ name: 'm' });
  await row('m').getByText('paused').waitFor();
  await room.home.engine.machine.resume({ name: 'm' });
  await row('m').getByText('running').waitFor();
  await room.home.engine.machine.fork({ from: 'm', names: ['other'] });
  await row('other').getByText('running').waitFor();
  await room.home.engine.machine.stop({ name: 'other', now: true });
  await row('other').getByText('stopped').waitFor();
  await room.home.engine.machine.start({ name: 'other' });
  await row('other').getByText('running').waitFor();
  await list.getByText('2 machines, 2 running').waitFor();
  await room.home.engine.machine.remove({ name: 'other', force: true });
  await row('other').waitFor({ state: 'detached' });
});

test('a machine is paused, goes on, is suspended, and wakes where it was', async () => {
  const page = await at('/machines/m');
  await shows(page, 'm', 'root@m:~#');
  await types(page, 'm', 'echo before-$((1+1))\n');
  await shows(page, 'm', 'before-2');
  await press(page, 'Pause');
  await stands(page, 'm', 'paused');
  await press(page, 'Resume');
  await stands(page, 'm', 'running');
  await choose(page, 'm', 'Suspend');
  await stands(page, 'm', 'suspended');
  await page.getByText(/^Suspended m: .* in /).waitFor();
  await press(page, 'Start');
  await stands(page, 'm', 'running');
  await page.getByText(/^m goes on where it was after/).waitFor();
  await types(page, 'm', 'echo awake-$((1+1))\n');
  await shows(page, 'm', 'awake-2');
});

test('it is kept, forked, and put back; the tree shows who lies on whom', async () => {
  const page = await at('/machines/m/snapshots');
  await page.getByText('Nothing was kept of').waitFor();
  await page.getByRole('main').getByRole('button', { name: 'Snapshot' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('clean');
  await page.getByRole('dialog').getByRole('button', { name: 'Snapshot' }).click();
  const tree = page.getByRole('list', { name: 'Snapshots and forks of m' });
  await tree.getByText('@clean').waitFor();
  await tree.getByRole('button', { name: 'Fork m@clean' }).click();
  await page.getByLabel('How many').fill('2');
  await page.getByLabel('Names').fill('player-%d');
  await page.getByRole('dialog').getByRole('button', { name: 'Fork' }).click();
  await page.getByText(/^Forked m: 2 in /).waitFor();
  await tree.getByRole('link', { name: 'player-2' }).waitFor();
  await tree.getByRole('link', { name: 'player-1' }).waitFor();
  expect(await tree.getByRole('listitem').count()).toBe(4);
  await tree.getByRole('link', { name: 'player-1' }).click();
  await page.getByRole('tab', { name: 'Console' }).click();
  await shows(page, 'player-1', /\nlive/);
  await types(page, 'player-1', 'echo only-in-$((1+0))\n');
  await shows(page, 'player-1', 'only-in-1');
  await page.getByRole('link', { name: 'm', exact: true }).click();
  await shows(page, 'm', 'awake-2');
  await types(page, 'm', 'echo to-be-given-up-$((1+1))\n');
  await shows(page, 'm', 'to-be-given-up-2');
  await page.getByRole('tab', { name: 'Snapshots' }).click();
  await choose(page, 'm@clean', 'Restore');
  await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
  await page.getByText(/^m is back at its snapshot/).waitFor();
  await stands(page, 'm', 'running');
  await page.getByRole('tab', { name: 'Console' }).click();
  await types(page, 'm', 'echo back-$((1+1))\n');
  await shows(page, 'm', 'back-2');
});

test('a machine is made of an image, started, and stopped by the steps of the ladder', async () => {
  const page = await at('/images');
  await page.getByRole('link', { name: 'New machine of tiny' }).click();
  await page.getByLabel('Name', { exact: true }).fill('fresh');
  await page.getByLabel('Memory', { exact: true }).fill('192M');
  await page.getByLabel('Display', { exact: true }).selectOption('none');
  await page.getByText('vm start fresh').waitFor();
  await page.getByRole('button', { name: 'Make fresh' }).click();
  await stands(page, 'fresh', 'running');
  await prompt(room.home, 'fresh'); // a boot may take longer than what a page does
  await shows(page, 'fresh', 'root@fresh:~#');
  await press(page, 'Stop');
  const ladder = page.getByRole('list', { name: 'Steps of the stop' });
  await ladder
    .getByRole('listitem')
    .filter({ hasText: /power button.*taken/ })
    .waitFor();
  await stands(page, 'fresh', 'stopped');
  await ladder
    .getByRole('listitem')
    .filter({ hasText: /kill QEMU.*not needed/ })
    .waitFor();
  await shows(page, 'fresh', 'off; this was said last');
  await choose(page, 'fresh', 'Remove');
  await page.getByRole('button', { name: 'Remove fresh' }).click();
  await page.getByRole('link', { name: 'fresh' }).waitFor({ state: 'detached' });
  await page.waitForURL(`${room.service.url}/`);
});

test('a wrong machine.yaml is refused with its line and not written, a right one is', async () => {
  const page = await at('/machines/m/settings', { bears: /status of (422|409)/ });
  const editor = page.getByRole('textbox', { name: 'machine.yaml' });
  const text = await editor.inputValue();
  await editor.fill(`${text}cpus: several\n`);
  await page.getByRole('button', { name: 'Write' }).click();
  const line = text.split('\n').length;
  await page
    .getByRole('alert')
    .getByText(`line ${line}`)
    .or(page.getByRole('alert').getByText(`:${line}`))
    .waitFor();
  expect(readFileSync(room.home.path('m', 'machine.yaml'), 'utf8')).toBe(text);
  await editor.fill(`${text}# by the page\n`);
  await page.keyboard.press('Control+s');
  await page.getByRole('alert').waitFor({ state: 'detached' });
  await page
    .getByRole('button', { name: 'Write' })
    .and(page.getByRole('button', { disabled: true }))
    .waitFor();
  expect(readFileSync(room.home.path('m', 'machine.yaml'), 'utf8')).toContain('# by the page');
  await page.getByLabel('CPUs', { exact: true }).fill('2');
  await page.getByRole('button', { name: 'Set', exact: true }).click();
  await page.getByRole('button', { name: 'Set', exact: true, disabled: true }).waitFor();
  expect(await room.home.engine.machine.show({ name: 'm' })).toMatchObject({ spec: { cpus: 2 } });
});

test('who was overtaken in machine.yaml is told so, and may look at it or write over it', async () => {
  const page = await at('/machines/m/settings', { bears: /status of 409/ });
  const editor = page.getByRole('textbox', { name: 'machine.yaml' });
  const write = page.getByRole('button', { name: 'Write' });
  const text = await editor.inputValue();
  const file = room.home.path('m', 'machine.yaml');
  const overtaken = page.getByRole('alert').getByText('by somebody else meanwhile');
  await editor.fill(`${text}# mine\n`);
  writeFileSync(file, `${text}# theirs\n`);
  await write.click();
  await overtaken.waitFor();
  expect(await editor.inputValue()).toBe(`${text}# mine\n`);
  expect(readFileSync(file, 'utf8')).toBe(`${text}# theirs\n`);
  await write.click();
  await overtaken.waitFor({ state: 'detached' });
  await write.and(page.getByRole('button', { disabled: true })).waitFor();
  expect(readFileSync(file, 'utf8')).toBe(`${text}# mine\n`);
  await editor.fill(`${text}# mine again\n`);
  writeFileSync(file, text);
  await write.click();
  await overtaken.waitFor();
  await page.getByRole('button', { name: 'Take back' }).click();
  expect(await editor.inputValue()).toBe(text);
  await overtaken.waitFor({ state: 'detached' });
});

test('a machine whose machine.yaml is hostile and broken does nothing to the page', async () => {
  await room.home.engine.machine.make({ name: 'evil', disk: 'none' });
  writeFileSync(room.home.path('evil', 'machine.yaml'), '"<img src=x onerror=alert(1)>\\e]0;evil\\a": 1\n');
  const page = await at('/');
  await page.getByRole('link', { name: 'evil' }).waitFor();
  await page.getByText('<img src=x onerror=alert(1)>').first().waitFor();
  expect(await page.title()).toContain('Vivarium');
});
