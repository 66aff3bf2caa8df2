import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BareGuest, type SavedGuest, saveBare, startBare } from '../support/bare-guest.ts';
import { testRoot } from '../support/place.ts';

const memory = '192M';
const bytes = 192 * 2 ** 20;
/** Below this, ROMs and the screen of a PC are where its RAM would be. */
const low = 2 ** 20;
let room: string;
/** On a tmpfs, as saved memory may be. */
let fast: string;
let parent: BareGuest;
let saved: SavedGuest;

beforeAll(async () => {
  room = mkdtempSync(join(testRoot, 'forks-'));
  fast = mkdtempSync('/dev/shm/vivarium-test-');
  parent = await startBare(join(room, 'parent'), memory);
  await parent.says('', /root@bare:~# /);
  await parent.says('nonce=$((7 * 111))first; echo kept in $nonce >/tmp/kept; echo : $nonce', /: 777first\r/);
});

afterAll(async () => {
  await parent?.[Symbol.asyncDispose]();
  rmSync(fast, { recursive: true, force: true });
  rmSync(room, { recursive: true, force: true });
});

test('a machine with shared RAM is saved, and goes on', async () => {
  const { taken, ...first } = await saveBare(parent, join(fast, '0'));
  saved = first;
  expect(taken.size).toBe(bytes);
  expect(statSync(saved.memory).size).toBe(bytes);
  await parent.qmp.execute('cont');
  await parent.says('cat /tmp/kept', /kept in 777first\r/);
});

test.each([1, 2, 3])('a fork of generation %s is saved from its stream as it is', async (generation) => {
  const directory = join(room, `${generation}`);
  await using fork = await startBare(directory, memory, saved);
  const nonce = (generation: number) => new RegExp(`: 777first${'x'.repeat(generation - 1)}\r`);
  await fork.says('kill $! 2>&-; echo : $nonce', nonce(generation));
  await fork.says('cat /tmp/kept', /kept in 777first\r/);
  await fork.says('nonce="$nonce"x; echo : $nonce', nonce(generation + 1));
  await fork.says(
    'while :; do dd if=/dev/urandom of=/tmp/busy bs=16k count=9; done 2>&- & echo : $((6 * 7))',
    /: 42\r/,
  );
  const before = statSync(saved.memory).blocks * 512;
  // So that its RAM can be compared: of one that ran, the stream was seen to lack the last bytes of a page.
  await fork.qmp.execute('stop');

  const { taken, ...next } = await saveBare(fork, join(fast, `${generation}`));
  expect(taken).toEqual({ bytes, size: bytes });
  expect(statSync(next.state).size).toBeLessThan(4 * 2 ** 20);
  // What was never written takes no memory, neither in the new file nor, once it was read, in the one before.
  expect(statSync(next.memory).blocks * 512).toBeLessThan(bytes * 0.75);
  expect(statSync(saved.memory).blocks * 512).toBeLessThan(before + 8 * 2 ** 20);

  const ram = join(directory, 'ram');
  await fork.qmp.execute('pmemsave', { val: low, size: bytes - low, filename: ram });
  expect(readFileSync(ram).equals(readFileSync(next.memory).subarray(low))).toBe(true);
  await fork.qmp.execute('cont');
  await fork.says('cat /tmp/kept', /kept in 777first\r/);
  saved = next;
});
