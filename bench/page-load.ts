import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { letIn, openBrowser } from '../test/support/browser.ts';
import { root } from './bench.ts';
import type { Benchmark } from './benchmark.ts';
import { raiseVmd } from './raise-vmd.ts';
import { repeated } from './repeated.ts';
import { spreadOf } from './spread.ts';

/** How many times slower than it is the CPU is made. */
const throttle = 4;

/** Bytes and milliseconds that the page may take. */
const [bytes, ms] = [250_000, 1500];

/** How many machines the list has. */
const machines = 20;

export const pageLoad: Benchmark = {
  name: 'page-load',
  how:
    'The page of a vmd on this host in Chromium without a window, each time with an empty cache: what vmd sends of it ' +
    `packed by gzip, headers left out; and with the CPU made ${throttle} times slower, from the navigation until the ` +
    `first of ${machines} machines stands there, or the field for the token, and the browser is free to take a click.`,
  measure: async (bench) => {
    for (let nth = 1; nth <= machines; nth++) {
      await bench.engine.machine.make({ name: `shown-${nth}`, disk: 'none' });
    }
    const { secret } = await bench.engine.token.create({ name: 'page-load', scope: 'control' });
    await using vmd = await raiseVmd(bench, { listens: true });
    await using browser = await openBrowser();
    const files = await sizes(vmd.url);
    const sum = [...files.values()].reduce((whole, size) => whole + size, 0);
    const rounds = 20;
    const [list, login] = [letIn(vmd.url, '', secret), vmd.url];
    return [
      { kind: 'size', what: 'all of the page but its VNC part, gzip', bytes: spreadOf([sum]), bar: bytes },
      await repeated(bench, {
        what: `the page until its list can be used, CPU ${throttle} times slower`,
        bar: ms,
        rounds,
        once: () => usable(browser, list, 'document.querySelector(\'a[href^="/machines/shown-1"]\')'),
      }),
      await repeated(bench, {
        what: `the page until one can log in, CPU ${throttle} times slower`,
        bar: ms,
        rounds,
        once: () => usable(browser, login, "document.querySelector('input[type=password]')"),
      }),
    ];
  },
};

/** Bytes that vmd sends of each file of the page, without noVNC. */
async function sizes(url: string): Promise<Map<string, number>> {
  const paths = readdirSync(join(root, 'dist/page'), { recursive: true, withFileTypes: true })
    .filter((it) => it.isFile() && !it.name.startsWith('rfb-'))
    .map((it) => join(it.parentPath, it.name).slice(join(root, 'dist/page/').length));
  const sent = paths.map(async (path): Promise<[string, number]> => {
    const response = await fetch(`${url}${path === 'index.html' ? '' : path}`, {
      headers: { 'accept-encoding': 'gzip' },
    });
    await response.arrayBuffer();
    return [path, Number(response.headers.get('content-length'))];
  });
  return new Map(await Promise.all(sent));
}

/** Milliseconds from the navigation until what `wanted` finds in the page stands there and a click would be heard. */
async function usable(browser: Browser, address: string, wanted: string): Promise<number> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: throttle });
    // A task of its own behind the next frame: by then it is drawn, and all that was to be done for it is.
    await page.addInitScript(`
      globalThis.usable = new Promise((resolve) => new MutationObserver((_, observer) => {
        if (!(${wanted})) return;
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
      }).observe(document, { childList: true, subtree: true }));
    `);
    await page.goto(address, { waitUntil: 'commit' });
    return (await page.evaluate('usable')) as number;
  } finally {
    await context.close();
  }
}
