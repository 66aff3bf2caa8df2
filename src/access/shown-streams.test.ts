import { expect, test } from 'vitest';
import { VivariumError } from '../base/errors.ts';
import type { Execution, Terminal } from '../protocol/views.ts';
import { everything } from './grant.ts';
import { hidden } from './host-paths.ts';
import { failingAsShown, shownLog, shownTerminal } from './shown-streams.ts';
import { viewFor } from './view.ts';

const home = { directory: '/srv/vms', cache: '/srv/cache', config: {}, env: {} };
const view = viewFor(home, { ...everything, scope: 'console' });

async function* pieces<T>(...all: T[]): AsyncGenerator<T> {
  yield* all;
}

test('a log has no paths of the host, however it is cut', async () => {
  const text = 'login: me\r\nin /srv/vms/web/x\nqemu-system-x86_64: -drive file=/a/b: no\n/etc/motd\n~# ';
  const shown = `login: me\r\nin ${hidden}\nqemu-system-x86_64: -drive file=${hidden}: no\n/etc/motd\n~# `;
  for (let at = 0; at <= text.length; at++) {
    const parts = await Array.fromAsync(shownLog(pieces(text.slice(0, at), text.slice(at)), view.veil));
    expect(parts.join(''), text.slice(0, at)).toBe(shown);
  }
  const [first] = await Array.fromAsync(shownLog(pieces('~# ', 'ls\n'), view.veil));
  expect(first).toBe('~# '); // a prompt does not wait for what is typed
});

test('a line that never ends is not waited for', async () => {
  const endless = Array.from({ length: 8 }, () => 'x'.repeat(20_000));
  for (const beginning of ['qemu-system-x86_64: ', '/srv/vms/']) {
    let held = 0;
    let most = 0;
    const counted = async function* () {
      for (const piece of [beginning, ...endless]) {
        held += piece.length;
        most = Math.max(most, held);
        yield piece;
      }
    };
    for await (const text of shownLog(counted(), view.veil)) held = text === '' ? held : 0;
    expect(most).toBeLessThan(100_000);
  }
});

test('a console is what it was, byte by byte, but for paths of the host', async () => {
  const bytes = Buffer.from([0x1b, 0xff, 0x00, 0x80]);
  const closed: string[] = [];
  const terminal: Terminal = {
    scrollback: Buffer.from('qemu-system-x86_64: /a/b is gone\r\n~# '),
    output: pieces<Uint8Array>(bytes, Buffer.from('/srv/vms/web')),
    idle: 7,
    canType: true,
    write: async (it) => void closed.push(String(it)),
    close: () => closed.push('closed'),
  };
  const shown = shownTerminal(terminal, view.veil);
  expect(String(shown.scrollback)).toBe(`qemu-system-x86_64: ${hidden} is gone\r\n~# `);
  const [first, second] = await Array.fromAsync(shown.output);
  expect(first).toEqual(bytes);
  expect(String(second)).toBe(hidden);
  terminal.canType = false;
  expect(shown).toMatchObject({ idle: 7, canType: false });
  await shown.write(Buffer.from('ls'));
  shown.close();
  expect(closed).toEqual(['ls', 'closed']);
});

test('what fails in the midst of a stream says nothing of the host either', async () => {
  const failure = new VivariumError('file-missing', { file: '/srv/vms/web/log', what: 'The log' });
  async function* failing(): AsyncGenerator<never> {
    yield* [];
    throw failure;
  }
  const end = Promise.reject(failure);
  const { output, end: shownEnd } = failingAsShown({ output: failing(), end }, view) as Execution;
  for (const failed of [Array.fromAsync(output), shownEnd])
    await expect(failed).rejects.toMatchObject({ code: 'file-missing', details: { file: hidden } });
});
