import { type Browser, chromium } from 'playwright-core';

/** Debian's Chromium, without a window. */
export async function openBrowser(): Promise<Browser> {
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return await chromium.launch({ executablePath: '/usr/bin/chromium', args, timeout: 60_000 });
}

/** The address of a place of the page, with the token by which one is let in. */
export const letIn = (url: string, path: string, token: string): string => `${url}${path}#token=${token}`;
