import { afterAll, beforeAll, expect, test } from 'vitest';
import { letIn } from '../support/browser.ts';
import { openPageRoom, type PageRoom } from '../support/page-room.ts';
import { newToken } from '../support/service.ts';
import { visit } from '../support/visit.ts';

let room: PageRoom;

/** What Chromium says of the answer 401, which a token that is no good gets. */
const unauthorized = /status of 401|WebSocket connection to .* failed/;

beforeAll(async () => {
  room = await openPageRoom(async ({ engine }) => {
    await engine.machine.make({ name: 'web', image: 'tiny' });
    await engine.machine.make({ name: 'db', image: 'tiny' });
  });
});
afterAll(() => room?.[Symbol.asyncDispose]());

test('nothing is shown without a token, a wrong one is refused, a right one is kept until one leaves', async () => {
  const page = await visit(room.browser, `${room.service.url}/images`, { bears: unauthorized });
  const token = page.getByLabel('Token');
  await token.fill('vt_of-nobody');
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByRole('alert').getByText('token').waitFor();
  expect(await page.getByRole('navigation').count()).toBe(0);
  await token.fill(room.token);
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByRole('heading', { name: 'Images' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Images' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('sign out');
  await page.keyboard.press('Enter');
  await token.waitFor();
  await page.reload();
  await token.waitFor();
});

test('the token of the address is taken once and is gone from it', async () => {
  const page = await room.visit('/machines/web/settings');
  await page.getByRole('heading', { name: 'web', exact: true }).waitFor();
  expect(page.url()).toBe(`${room.service.url}/machines/web/settings`);
  await page.goBack();
  await page.goForward();
  expect(page.url()).not.toContain(room.token);
});

test('the page may run its own scripts alone, and is shown in no other', async () => {
  const response = await fetch(`${room.service.url}/machines/web`);
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'; script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  const scripts = (await response.text()).match(/<script[^>]*>[^<]*|\son\w+=/g) ?? [];
  expect(scripts).toEqual([expect.stringMatching(/^<script type="module" crossorigin src="\/assets\/.*>$/)]);
});

test('a token is made, shown once, used, and revoked under whoever uses it', async () => {
  const page = await room.visit('/tokens');
  await page.getByRole('button', { name: 'New token' }).click();
  const question = page.getByRole('dialog', { name: 'New token' });
  await question.getByLabel('Name', { exact: true }).fill('game');
  expect(await question.getByRole('radio', { name: /^read/ }).isChecked()).toBe(true);
  await page.keyboard.press('Enter');
  await question.getByRole('radio', { name: /^console/ }).check();
  await question.getByRole('textbox', { name: 'Machines' }).fill('web');
  await question.getByLabel('Most machines').fill('3');
  await question.getByRole('button', { name: 'Make the token' }).click();
  const shown = page.getByRole('dialog', { name: 'Token game' });
  const secret = await shown.getByLabel('Secret', { exact: true }).inputValue();
  const link = await shown.getByLabel('Link to this page').inputValue();
  expect(link).toBe(`${room.service.url}/#token=${secret}`);
  await page.keyboard.press('Escape');
  const line = page.getByRole('row', { name: /^game/ });
  await line.getByText('3 machines').waitFor();
  await line.getByText('never').waitFor();
  await page.reload();
  await line.waitFor();
  expect(await page.getByText(secret).count()).toBe(0);

  const player = await visit(room.browser, link, { bears: unauthorized });
  const list = player.getByRole('region', { name: 'Machines' });
  await list.getByRole('link', { name: 'web' }).waitFor();
  expect(await list.getByRole('listitem').count()).toBe(1);
  await page.reload();
  await line.waitFor();
  expect(await line.getByText('never').count()).toBe(0);
  await line.getByRole('button', { name: 'Revoke game' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke game' }).click();
  await player.getByLabel('Token').waitFor();
  await line.waitFor({ state: 'detached' });
});

test.each([
  { scope: 'read' as const, tabs: ['Snapshots', 'Settings'], deeds: [] },
  { scope: 'console' as const, tabs: ['Console', 'Screen', 'Snapshots', 'Logs', 'Settings'], deeds: [] },
  {
    scope: 'control' as const,
    tabs: ['Console', 'Screen', 'Snapshots', 'Logs', 'Settings'],
    deeds: ['Start', 'New machine'],
  },
])('scope $scope is offered what it may do, and nothing else', async ({ scope, tabs, deeds }) => {
  const token = await newToken(room.home, scope, scope);
  const page = await visit(room.browser, letIn(room.service.url, '/machines/web/settings', token));
  await page.getByRole('heading', { name: 'Usual settings' }).waitFor();
  await page.getByLabel('Memory').waitFor();
  expect(await page.getByRole('tab').allInnerTexts()).toEqual(tabs);
  const places = page.getByRole('navigation', { name: 'Places' });
  expect(await places.getByRole('link').allInnerTexts()).toEqual(['Machines', 'Images']);
  const offered = [];
  for (const deed of ['Start', 'New machine', 'Build', 'Pull']) {
    const found = page
      .getByRole('button', { name: deed, exact: true })
      .or(page.getByRole('link', { name: deed }));
    if ((await found.count()) > 0) offered.push(deed);
  }
  expect(offered).toEqual(deeds);
  for (const place of ['tokens', 'audit', ...(scope === 'control' ? [] : ['make'])]) {
    const other = await visit(room.browser, letIn(room.service.url, `/${place}`, token));
    await other.getByText(`The token ${scope} may not use`).waitFor();
    expect(await other.getByRole('main').getByRole('button').count()).toBe(0);
  }
  const fields = page.getByRole('main').locator('.form').locator('input:enabled, select:enabled');
  expect(await fields.count()).toBe(scope === 'control' ? 8 : 0);
  expect(await page.getByLabel('Network').innerText()).toBe('user');
  expect(await page.getByRole('alert').count()).toBe(0);
  expect(await page.getByRole('textbox', { name: 'machine.yaml' }).count()).toBe(0);
  await places.getByRole('link', { name: 'Images' }).click();
  await page.getByRole('row', { name: /^tiny/ }).waitFor();
  for (const deed of ['Build', 'Pull', 'Free space'])
    expect([deed, await page.getByRole('button', { name: deed }).count()]).toEqual([deed, 0]);
});
