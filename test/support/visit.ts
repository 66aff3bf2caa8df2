import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { eventually } from './eventually.ts';

/** Milliseconds that something on the page may take: the host may have much else to do. */
const patience = 30_000;

export interface VisitOptions extends BrowserContextOptions {
  /** What the test has the browser complain of: a connection that it cuts. */
  bears?: RegExp;
}

/**
 * Opens a page in a browser with a storage of its own; it is gone after the test. The test fails where the browser has
 * something to complain of: errors of scripts, what the page's policy has kept from it, dialogs.
 */
export async function visit(
  browser: Browser,
  address: string,
  { bears, ...options }: VisitOptions = {},
): Promise<Page> {
  // What moves is drawn by the CPU here, all the time.
  const usual = { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' } as const;
  const context = await browser.newContext({ ...usual, ...options });
  context.setDefaultTimeout(patience);
  const complaints: string[] = [];
  const complain = (text: string) => {
    if (!bears?.test(text)) complaints.push(text);
  };
  context.on('weberror', (error) => complain(String(error.error())));
  context.on('console', (said) => {
    if (said.type() === 'error') complain(`${said.text()} (${said.location().url})`);
  });
  context.on('dialog', (dialog) => {
    complain(`a dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => {}); // it may be gone with its page
  });
  onTestFinished(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });
  const page = await context.newPage();
  await page.goto(address);
  return page;
}

/** The console of a machine as the page shows it. */
export const consoleOf = (page: Page, name: string): Locator =>
  page.getByRole('region', { name: `Console of ${name}` });

/** Waits until the console shows a text, and returns all that it shows. */
export async function shows(page: Page, name: string, wanted: string | RegExp): Promise<string> {
  let seen = '';
  return await eventually(
    async () => {
      seen = await consoleOf(page, name).innerText();
      return (typeof wanted === 'string' ? seen.includes(wanted) : wanted.test(seen)) && seen;
    },
    () => `the console of ${name} to show ${wanted}; it shows:\n${seen}`,
    patience,
  );
}

/** Types at the console of a machine, once it is joined: what is typed before is not kept for long. */
export async function types(page: Page, name: string, text: string): Promise<void> {
  await consoleOf(page, name).getByText('live', { exact: true }).waitFor();
  await page.getByRole('textbox', { name: `Console of ${name}` }).focus();
  await page.keyboard.type(text);
}
