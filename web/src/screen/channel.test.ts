import { beforeAll, expect, test, vi } from 'vitest';
import type { Terminal } from '../engine.ts';
import { RawChannel } from './channel.ts';

beforeAll(() => {
  const page = new EventTarget();
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
  return () => vi.unstubAllGlobals();
});

function line(pieces: Uint8Array[], fails?: Error) {
  const taken: Uint8Array[] = [];
  const terminal: Terminal = {
    scrollback: new Uint8Array(),
    output: (async function* () {
      yield* pieces;
      if (fails) throw fails;
    })(),
    idle: 0,
    canType: true,
    write: async (bytes) => void taken.push(bytes),
    close: () => {},
  };
  return { terminal, taken };
}

test('hands on what comes, and closes when the line ends', async () => {
  const channel = new RawChannel(line([Uint8Array.of(1, 2), Uint8Array.of(3)]).terminal);
  const seen: number[] = [];
  let closed: unknown;
  channel.onmessage = ({ data }) => void seen.push(...new Uint8Array(data));
  channel.onclose = (event) => {
    closed = event;
  };
  await channel.begin();
  expect(seen).toEqual([1, 2, 3]);
  expect(closed).toEqual({ code: 1000, reason: '', wasClean: true });
  expect(channel.readyState).toBe('closed');
});

test('closes with the reason where the line is lost', async () => {
  const channel = new RawChannel(line([], new Error('gone')).terminal);
  let closed: unknown;
  channel.onclose = (event) => {
    closed = event;
  };
  await channel.begin();
  expect(closed).toEqual({ code: 1006, reason: 'gone', wasClean: false });
});

test('sends a copy: noVNC writes into the same buffer again', async () => {
  const { terminal, taken } = line([]);
  const buffer = Uint8Array.of(1, 2, 3);
  new RawChannel(terminal).send(buffer.subarray(0, 2));
  buffer.fill(9);
  expect([...(taken[0] ?? [])]).toEqual([1, 2]);
});
