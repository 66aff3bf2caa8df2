import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { parseStatus, readServiceStatus } from './status.ts';

/** 20 bytes as runsv writes them: since 2023-11-14 22:13:20.5 UTC, pid 0x01020304. */
function bytes({ paused = 0, want = 'u', term = 0, state = 1 } = {}): Uint8Array {
  const label = [0x40, 0, 0, 0, 0x65, 0x53, 0xf1, 0x0a, 0x1d, 0xcd, 0x65, 0x00];
  const pid = [0x04, 0x03, 0x02, 0x01];
  return Uint8Array.of(...label, ...pid, paused, want === '' ? 0 : want.charCodeAt(0), term, state);
}

test('a service that runs', () =>
  expect(parseStatus(bytes())).toEqual({
    state: 'run',
    pid: 0x01020304,
    want: 'up',
    paused: false,
    gotTerm: false,
    since: 1_700_000_000_500,
  }));

test.each([
  [{ state: 0 }, { state: 'down' }],
  [{ state: 2 }, { state: 'finish' }],
  [{ want: 'd' }, { want: 'down' }],
  [{ want: '' }, { want: 'down' }],
  [{ paused: 1 }, { paused: true }],
  [{ term: 1 }, { gotTerm: true }],
])('%j means %j', (fields, status) => expect(parseStatus(bytes(fields))).toMatchObject(status));

test('bytes in the midst of a larger buffer are read as well', () => {
  const larger = new Uint8Array(64);
  larger.set(bytes(), 7);
  expect(parseStatus(larger.subarray(7, 27))).toEqual(parseStatus(bytes()));
});

test.each([0, 18, 19, 21, 40])('%d bytes are no status', (length) =>
  expect(parseStatus(new Uint8Array(length))).toBeUndefined(),
);

describe('in a directory', () => {
  const room = testRoom();

  test('the status is read from supervise/status', () => {
    mkdirSync(room('supervise'));
    writeFileSync(room('supervise', 'status'), bytes());
    expect(readServiceStatus(room())).toEqual(parseStatus(bytes()));
  });

  test('where runsv has never been there is none', () => {
    expect(readServiceStatus(room())).toBeUndefined();
    expect(readServiceStatus(room('none'))).toBeUndefined();
    writeFileSync(room('supervise'), '');
    expect(readServiceStatus(room())).toBeUndefined();
  });

  test('what cannot be read is an error', () => {
    mkdirSync(room('supervise', 'status'), { recursive: true });
    expect(() => readServiceStatus(room())).toThrow(/EISDIR/);
  });
});
