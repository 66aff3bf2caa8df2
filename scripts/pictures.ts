/** Makes the pictures of the page in docs/pictures: real machines in a vmd, seen by Chromium. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { letIn, openBrowser } from '../test/support/browser.ts';
import { prompt } from '../test/support/guest.ts';
import { type TestHome, testHome } from '../test/support/home.ts';
import { newToken, startService } from '../test/support/service.ts';

const pictures = join(import.meta.dirname, '../docs/pictures');
const desk = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

mkdirSync(pictures, { recursive: true });
await using home = testHome('machines', 'own');
await raise(home);
await using service = await startService(home);
await using browser = await openBrowser();
const token = await newToken(home, 'pictures', 'admin');
/** Address and name of each picture, and what is done there first. */
const shots: [
  name: string,
  path: string,
  options: BrowserContextOptions,
  act?: (page: Page) => Promise<void>,
][] = [
  ['page-console-dark', '/machines/web/console', { ...desk, colorScheme: 'dark' }, workAtIt],
  ['page-snapshots', '/machines/web/snapshots', { ...desk, colorScheme: 'light' }],
  ['page-list', '/', { ...desk, colorScheme: 'dark' }],
  ['page-phone', '/machines/web/console', { ...phone, colorScheme: 'dark' }, workAtIt],
];
for (const [name, path, options, act] of shots) {
  await picture(browser, name, letIn(service.url, path, token), options, act);
}

/** A small household: a server with a history, its forks, and others in other states. */
async function raise({ engine }: TestHome): Promise<void> {
  await engine.image.build({ recipe: 'tiny' });
  const tiny = { image: 'tiny', memory: '192M' };
  await engine.machine.make({ ...tiny, name: 'web', disk: '1G', forward: ['auto:80'] });
  await engine.machine.make({ ...tiny, name: 'db', disk: '2G' });
  await engine.machine.make({ ...tiny, name: 'build', cpus: 2 });
  for (const name of ['web', 'db', 'build']) {
    await engine.machine.start({ name });
    await prompt(home, name);
  }
  await engine.snapshot.create({ name: 'web', snapshot: 'installed' });
  await engine.machine.fork({ from: 'web@installed', names: ['web-try', 'web-upgrade'] });
  await engine.snapshot.create({ name: 'web', snapshot: 'configured' });
  await engine.snapshot.create({ name: 'web-upgrade', snapshot: 'halfway' });
  await engine.machine.fork({ from: 'web-upgrade@halfway', names: ['web-bisect'] });
  await engine.machine.suspend({ name: 'db' });
  await engine.machine.pause({ name: 'web-try' });
  await engine.machine.stop({ name: 'web-bisect', now: true });
}

async function workAtIt(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Console of web' }).focus();
  await page.keyboard.type('clear; uname -sr; uptime; df -h; ls -l / | head -5; echo served\n');
  await page.getByText('served', { exact: true }).first().waitFor();
}

async function picture(
  browser: Browser,
  name: string,
  address: string,
  options: BrowserContextOptions,
  act?: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(address);
  await page.getByRole('main').waitFor();
  if (address.includes('/console')) await page.getByText('live', { exact: true }).waitFor();
  await act?.(page);
  // The line of the last minute's CPU needs some samples, two seconds apart.
  await page.waitForTimeout(5000);
  writeFileSync(join(pictures, `${name}.png`), await page.screenshot());
  await context.close();
}
