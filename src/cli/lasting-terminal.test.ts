import { expect, test } from 'vitest';
import { VivariumError } from '../base/errors.ts';
import type { Terminal } from '../protocol/views.ts';
import { lastingTerminal } from './lasting-terminal.ts';

const lost = () => new VivariumError('service-unreachable', { address: 'vmd', problem: 'it is gone' });
const bytes = (text: string) => Buffer.from(text);

/** A terminal that says something, and then fails or ends. */
function terminal(scrollback: string, said: string[], end?: Error): Terminal & { typed: string[] } {
  const typed: string[] = [];
  return {
    typed,
    scrollback: bytes(scrollback),
    output: (async function* () {
      for (const text of said) yield bytes(text);
      if (end) throw end;
    })(),
    idle: 0,
    canType: true,
    write: async (some) => void typed.push(Buffer.from(some).toString()),
    close: () => {},
  };
}

/** Opens one after the other; an error is thrown in its turn. */
function opening(...turns: (Terminal | Error)[]) {
  let times = 0;
  const { signal } = new AbortController();
  const open = async () => {
    const turn = turns.shift();
    if (!turn || turn instanceof Error) throw turn ?? new Error('opened once too often');
    return turn;
  };
  return lastingTerminal({ open, signal, lost: () => times++ }).then((it) => ({ it, lost: () => times }));
}

async function allOf({ output }: Terminal): Promise<string> {
  let text = '';
  for await (const some of output) text += Buffer.from(some).toString();
  return text;
}

test('goes on behind a reset with the screen as it is, however often the service is gone', async () => {
  const { it, lost: times } = await opening(
    terminal('old', ['a'], lost()),
    lost(),
    terminal('screen', ['b'], lost()),
    terminal('again', ['c']),
  );
  expect(it.scrollback.toString()).toBe('old');
  expect(await allOf(it)).toBe('a\x1bcscreenb\x1bcagainc');
  expect(times()).toBe(2);
});

test('what is typed goes to the terminal that is there', async () => {
  const next = terminal('', []);
  const { it } = await opening(terminal('', [], lost()), next);
  await allOf(it);
  await it.write(bytes('ls'));
  expect(next.typed).toEqual(['ls']);
});

test('a machine that has ended meanwhile is an end; any other error is told', async () => {
  const state = { name: 'm', state: 'stopped', verb: 'sat at', next: 'vm start m' };
  const { it } = await opening(terminal('', ['a'], lost()), new VivariumError('machine-state', state));
  expect(await allOf(it)).toBe('a');
  const refused = new VivariumError('token-invalid', { problem: 'it is not known' });
  const { it: other } = await opening(terminal('', [], lost()), refused);
  await expect(allOf(other)).rejects.toBe(refused);
  await expect(opening(refused)).rejects.toBe(refused);
});
