import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bootTiny } from '../support/guest.ts';
import { openPageRoom, type PageRoom } from '../support/page-room.ts';
import { consoleOf, shows, visit } from '../support/visit.ts';

/** Who can reach what: by keys alone, with a finger, and with any eyes. */
let room: PageRoom;

beforeAll(async () => {
  room = await openPageRoom(async (home) => {
    await bootTiny(home, 'm', { display: 'vnc' });
    await home.engine.snapshot.create({ name: 'm', snapshot: 'clean' });
    await home.engine.machine.make({ name: 'off', image: 'tiny' });
  });
});
afterAll(() => room?.[Symbol.asyncDispose]());

/** Each place of the page, and what stands there when all of it has come. */
const places: [path: string, ready: (page: Page) => Promise<unknown>][] = [
  ['/', (page) => page.getByRole('link', { name: 'off' }).waitFor()],
  ['/machines/m/console', (page) => shows(page, 'm', /root@m:~#[\s\S]*\nlive/)],
  ['/machines/off/console', (page) => consoleOf(page, 'off').getByText('off;').waitFor()],
  ['/machines/m/screen', (page) => page.getByRole('main').getByText('live', { exact: true }).waitFor()],
  ['/machines/m/snapshots', (page) => page.getByText('@clean').waitFor()],
  ['/machines/m/logs', (page) => page.getByRole('log').getByText('vivarium: ready').waitFor()],
  ['/machines/m/settings', (page) => page.getByRole('textbox', { name: 'machine.yaml' }).waitFor()],
  ['/make', (page) => page.getByRole('button', { name: /^Make / }).waitFor()],
  ['/images', (page) => page.getByRole('row', { name: /^tiny/ }).waitFor()],
  ['/tokens', (page) => page.getByRole('row', { name: /^keeper/ }).waitFor()],
  ['/audit', (page) => page.getByRole('row').nth(1).waitFor()],
];

describe('by keys alone', () => {
  test('from the token to a console and back', async () => {
    const page = await visit(room.browser, room.service.url);
    const { keyboard } = page;
    await page.getByLabel('Token').waitFor();
    await keyboard.press('Tab');
    await keyboard.type(room.token);
    await keyboard.press('Enter');
    await page.getByRole('link', { name: 'off' }).waitFor();
    await keyboard.press('Tab');
    await page.getByRole('button', { name: 'Skip to the content' }).and(focused(page)).waitFor();
    await keyboard.press('Enter');
    await page.getByRole('link', { name: 'm', exact: true }).and(focused(page)).waitFor();
    await keyboard.press('ArrowDown');
    await page.getByRole('link', { name: 'off' }).and(focused(page)).waitFor();
    await keyboard.press('ArrowUp');
    await keyboard.press('Enter');
    await shows(page, 'm', /root@m:~#[\s\S]*\nlive/);
    await keyboard.type('echo ?g/i-$((1+1))\n');
    await shows(page, 'm', '?g/i-2');
    await keyboard.press('Control+]');
    await page.getByRole('tab', { name: 'Console' }).and(focused(page)).waitFor();
    await keyboard.press('ArrowRight');
    await page.getByRole('tab', { name: 'Screen', selected: true }).and(focused(page)).waitFor();
    await page.getByRole('main').getByText('live', { exact: true }).waitFor();
    await page.getByRole('tab', { name: 'Screen', selected: true }).and(focused(page)).waitFor();
    await keyboard.press('Enter');
    await page.locator('canvas').and(focused(page)).waitFor();
    await keyboard.press('Control+]');
    await keyboard.press('4');
    await page.getByRole('log').waitFor();
    await keyboard.press('Escape');
    await page.getByRole('region', { name: 'Machine m' }).waitFor({ state: 'detached' });
    await keyboard.press('g');
    await keyboard.press('i');
    await page.getByRole('heading', { name: 'Images' }).waitFor();
  });

  test('what is typed at a console before it is there does nothing to the machine', async () => {
    const page = await room.visit('/');
    const { keyboard } = page;
    const asked = Promise.withResolvers<void>();
    const loads = Promise.withResolvers<void>();
    await page.route(/\/console-[^/]*\.js$/, async (route) => {
      asked.resolve();
      await loads.promise;
      await route.continue();
    });
    await page.getByRole('link', { name: 'm', exact: true }).focus();
    await keyboard.press('Enter');
    await asked.promise;
    await page.getByRole('tab', { name: 'Console' }).waitFor();
    await keyboard.type('cp\n');
    loads.resolve();
    await page.getByRole('textbox', { name: 'Console of m' }).and(focused(page)).waitFor();
    await keyboard.type('echo soon-$((1+1))\n');
    await shows(page, 'm', 'soon-2');
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect((await room.home.engine.machine.show({ name: 'm' })).state).toBe('running');
  });

  test('the keys are shown, and the palette finds machines and deeds', async () => {
    const page = await room.visit('/');
    const { keyboard } = page;
    await page.getByRole('link', { name: 'off' }).waitFor();
    await keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keys' });
    await keys.getByText('Leave the console').waitFor();
    await keyboard.press('Escape');
    await keys.waitFor({ state: 'detached' });
    await keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Find or do' });
    await palette.getByRole('combobox').and(focused(page)).waitFor();
    await keyboard.type('open off');
    await palette.getByRole('option', { name: 'Open off', selected: true }).waitFor();
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'off', level: 1 }).waitFor();
    await keyboard.press('/');
    await palette.getByRole('combobox').and(focused(page)).waitFor();
    await keyboard.type('snapshot m');
    await keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Snapshot of m' }).waitFor();
    await keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });
});

const focused = (page: Page) => page.locator(':focus');

/** What of the DOM is asked for. */
interface Target {
  textContent: string;
  getBoundingClientRect(): { x: number; width: number; height: number };
  scrollIntoView(where: object): void;
}

/** Runs on the page. @returns where targets are when one has scrolled to them, but for those seen only in focus */
const intoView = (targets: readonly Target[]) =>
  targets
    .filter((target) => target.getBoundingClientRect().width > 1)
    .map((target) => {
      target.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      const { x, width, height } = target.getBoundingClientRect();
      return { name: target.textContent, x, width, height };
    });

describe('on a phone', () => {
  test('every place fits, and what one touches is large enough', async () => {
    const page = await room.visit('/', {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    const small: string[] = [];
    for (const [path, ready] of places) {
      await go(page, path);
      await ready(page);
      expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, 390]);
      const targets = page.getByRole('button').or(page.getByRole('tab'));
      for (const { name, x, width, height } of await targets.evaluateAll(intoView)) {
        if (height < 24 || width < 24) small.push(`${path} ${name}: ${width} x ${height}`);
        if (x + width > 390.5) small.push(`${path} ${name} sticks out: ${x} + ${width}`);
      }
    }
    expect(small).toEqual([]);
  });

  test('one opens a machine, types with the keys that a phone has not, and goes back', async () => {
    const page = await room.visit('/', {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    await page.getByRole('link', { name: 'm', exact: true }).tap();
    await shows(page, 'm', /\nlive/);
    const keys = page.getByRole('toolbar', { name: 'Keys for the console' });
    await page.getByRole('textbox', { name: 'Console of m' }).focus();
    await page.keyboard.type('cat');
    await keys.getByRole('button', { name: 'Tilde' }).tap();
    await keys.getByRole('button', { name: 'Pipe' }).tap();
    await shows(page, 'm', 'cat~|');
    await keys.getByRole('button', { name: 'Ctrl' }).tap();
    await page.keyboard.press('c');
    await shows(page, 'm', 'cat~|^C');
    await page.getByRole('link', { name: 'All machines' }).first().tap();
    await page.getByRole('link', { name: 'off' }).waitFor();
  });
});

describe('by WCAG 2 AA', () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

  /** What axe finds wrong, one line each. */
  async function wrong(page: Page, rules: string): Promise<string[]> {
    if (await page.evaluate(`typeof axe === 'undefined'`)) await page.evaluate(axe);
    const { violations } = (await page.evaluate(`axe.run(document, ${rules})`)) as AxeResults;
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
    );
  }
  const all = "{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }";
  const contrast = "{ runOnly: { type: 'rule', values: ['color-contrast'] } }";

  test('nothing is wrong at any place, light or dark', async () => {
    const page = await room.visit('/', { colorScheme: 'light' });
    const found: Record<string, string[]> = {};
    for (const [path, ready] of places) {
      await go(page, path);
      await ready(page);
      await page.emulateMedia({ colorScheme: 'light' });
      found[`${path} light`] = await wrong(page, all);
      await page.emulateMedia({ colorScheme: 'dark' });
      found[`${path} dark`] = await wrong(page, contrast);
    }
    for (const keys of ['?', 'Control+k', 'n']) {
      await page.keyboard.press(keys);
      await page
        .getByRole('dialog')
        .or(page.getByRole('heading', { name: 'New machine' }))
        .waitFor();
      found[keys] = await wrong(page, all);
      await page.keyboard.press('Escape');
    }
    expect(Object.entries(found).filter(([, wrongs]) => wrongs.length > 0)).toEqual([]);
  });

  test('the login is right, and the schemes differ', async () => {
    const page = await visit(room.browser, room.service.url, { colorScheme: 'dark' });
    await page.getByLabel('Token').waitFor();
    expect(await wrong(page, all)).toEqual([]);
    const ground = 'getComputedStyle(document.body).backgroundColor';
    const dark = await page.evaluate(ground);
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await wrong(page, contrast)).toEqual([]);
    expect(await page.evaluate(ground)).not.toBe(dark);
  });
});

/** Goes to a place without loading the page again. */
async function go(page: Page, path: string): Promise<void> {
  await page.evaluate(`history.pushState(null, '', '${path}'); dispatchEvent(new PopStateEvent('popstate'))`);
}
