import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { httpEngine } from '../../src/client/index.ts';
import { letIn } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { bootTiny, guestSays, printed } from '../support/guest.ts';
import { lineTo } from '../support/line.ts';
import { openPageRoom, type PageRoom } from '../support/page-room.ts';
import { startService } from '../support/service.ts';
import { consoleOf, shows, types, visit } from '../support/visit.ts';

/** The tests follow one guest, which has a screen, too. */
let room: PageRoom;

beforeAll(async () => {
  room = await openPageRoom((home) => bootTiny(home, 'm', { display: 'vnc' }));
});
afterAll(() => room?.[Symbol.asyncDispose]());

const sit = async (): Promise<Page> => await room.visit('/machines/m/console');

/** What Chromium says of connections that a test has cut. */
const cut =
  /ERR_(CONNECTION|EMPTY_RESPONSE|INCOMPLETE|INTERNET|NETWORK|SOCKET)|WebSocket connection to .* failed/;

test('what one types is shown; a reload, another tab and another machine lose nothing of the screen', async () => {
  const page = await sit();
  await shows(page, 'm', 'root@m:~#');
  await types(page, 'm', 'for i in $(seq 100); do echo row-$i; done; echo äöü 漢 of-page-$((40+2))\n');
  await shows(page, 'm', 'row-100\näöü 漢 of-page-42');
  await types(page, 'm', 'half of a comm');
  const before = await shows(page, 'm', 'half of a comm');
  await page.getByRole('tab', { name: 'Logs' }).click();
  await page.getByRole('log').getByText('of-page-42').waitFor();
  await page.getByRole('tab', { name: 'Console' }).click();
  expect(await shows(page, 'm', 'half of a comm')).toBe(before);
  await page.reload();
  await shows(page, 'm', /half of a comm[\s\S]*\nlive/);
  expect(await consoleOf(page, 'm').innerText()).toBe(before);
  await page.keyboard.press('Control+u');
});

test('a reload shows all of a program that was told how large the page is', async () => {
  const page = await sit();
  await shows(page, 'm', 'root@m:~#');
  await page.getByRole('button', { name: 'Tell the guest' }).click();
  await types(page, 'm', 'seq 100 > f; vi f\n');
  const before = await shows(page, 'm', '- f 1/100 1%');
  await page.reload();
  await shows(page, 'm', /- f 1\/100 1%[\s\S]*\nlive/);
  expect(await consoleOf(page, 'm').innerText()).toBe(before);
  await types(page, 'm', '\u0006');
  await shows(page, 'm', /^((?!- f 1\/100)[\s\S])*- f \d+\/100/);
  await types(page, 'm', ':q!\nstty rows 24 cols 80; echo left-$((1+1))\n');
  await shows(page, 'm', 'left-2');
});

test('two at one console see the same and both type', async () => {
  const one = await sit();
  const other = await sit();
  await shows(other, 'm', 'root@m:~#');
  await types(one, 'm', 'echo by-one-$((1+1))\n');
  await shows(other, 'm', 'by-one-2');
  await types(other, 'm', 'echo by-other-$((1+1))\n');
  await shows(one, 'm', 'by-other-2');
});

test('it joins again by itself when the network was gone', async () => {
  await using line = await lineTo(room.service.port);
  const page = await visit(room.browser, letIn(line.url, '/machines/m/console', room.token), { bears: cut });
  await shows(page, 'm', 'root@m:~#');
  line.cut();
  await consoleOf(page, 'm').getByText('connection lost').waitFor();
  await page.getByText('vmd does not answer').waitFor();
  const other = await httpEngine({ url: room.service.url, token: room.token }).machine.console({ name: 'm' });
  await other.write(Buffer.from("echo said-'unheard'\n"));
  other.close();
  line.mend();
  await shows(page, 'm', /said-unheard[\s\S]*\nlive/);
  await types(page, 'm', 'echo here-again-$((1+1))\n');
  await shows(page, 'm', 'here-again-2');
});

test('it joins again by itself when vmd was killed', async () => {
  const page = await room.visit('/machines/m/console', { bears: cut });
  await shows(page, 'm', 'root@m:~#');
  await room.service.kill();
  await consoleOf(page, 'm').getByText('connection lost').waitFor();
  await guestSays(room.home, 'm', "echo said-'meanwhile'");
  room.service = await startService(room.home, room.service.port);
  await shows(page, 'm', /said-meanwhile[\s\S]*\nlive/);
  await types(page, 'm', 'echo and-again-$((1+1))\n');
  await shows(page, 'm', 'and-again-2');
});

test('what a hostile guest prints is only text, and changes nothing but its own screen', async () => {
  const page = await sit();
  await shows(page, 'm', 'root@m:~#');
  const title = await page.title();
  const evil = [
    '<img src=x onerror="document.title=1"><script>alert(1)</script>',
    String.raw`\033]0;evil title\007\033]2;evil title\033\\`,
    String.raw`\033]52;c;ZXZpbA==\007`,
    String.raw`\033]8;;javascript:alert(1)\033\\follow-me\033]8;;\033\\`,
    String.raw`\033P$q"p\033\\\033[c\033[>c\033[6n\033[21t\033[?1049h\033[?1003h`,
    String.raw`\033[?1049l\033[?1003l\033[0m\nstill-$((1+1))\n`,
  ];
  await types(page, 'm', `clear; printf '${evil.slice(0, -1).join('')}'; printf "${evil.at(-1)}"\n`);
  const seen = await shows(page, 'm', 'still-2');
  expect(seen).toContain('<script>alert(1)</script>');
  expect(await page.title()).toBe(title);
  expect(await page.getByRole('link', { name: 'follow-me' }).count()).toBe(0);
  expect(await consoleOf(page, 'm').getByRole('img').count()).toBe(0);
  await page.getByRole('tab', { name: 'Logs' }).click();
  await page.getByRole('log').getByText('<script>alert(1)</script>').first().waitFor();
  const controls = (await page.getByRole('log').innerText()).match(/\p{Cc}/gu) ?? [];
  expect(controls.filter((letter) => !'\t\n'.includes(letter))).toEqual([]);
  expect(await page.title()).toContain('Vivarium');
});

test('the screen is drawn, and its keys and text reach the guest', async () => {
  const page = await room.visit('/machines/m/screen', {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const screen = page.getByRole('region', { name: 'Screen of m' });
  await screen.getByText('live', { exact: true }).waitFor();
  const blank = async () => (await screen.screenshot()).length;
  await eventually(async () => (await blank()) > 4000, 'the screen to be drawn', 10_000);
  await page.evaluate("navigator.clipboard.writeText('echo pasted > /dev/ttyS0\\n')");
  await screen.getByRole('button', { name: 'Type the clipboard' }).click();
  await screen.getByRole('button', { name: 'Ctrl-Alt-Del' }).click();
  await printed(room.home, 'm', /vivarium: ready[\s\S]*vivarium: ready/);
});
