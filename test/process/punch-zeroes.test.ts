import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { punchZeroes, worthPunching } from '../../src/host/punch-zeroes.ts';
import { Scope } from '../../src/index.ts';

let room: string;
beforeEach(() => {
  room = mkdtempSync('/dev/shm/vivarium-test-');
});
afterEach(() => rmSync(room, { recursive: true, force: true }));

test.each([
  ['zeroes between data', [1, 0, 0, 1], 2],
  ['zeroes to the end of the part, and data behind it', [0, 1, 0, 0, 0, 0, 1, 1], 3],
  ['nothing but data', [1, 1, 1, 1], 0],
  ['nothing but zeroes', [0, 0, 0, 0, 0], 4],
])('%s on a tmpfs become holes, and the content stays', async (_, rows, holes) => {
  const file = join(room, 'memory');
  const content = Buffer.concat(rows.map((byte) => Buffer.alloc(worthPunching, byte)));
  writeFileSync(file, content);
  await punchZeroes(new Scope(), file, 0, 4 * worthPunching);
  expect(readFileSync(file).equals(content)).toBe(true);
  expect(statSync(file).blocks * 512).toBe(content.length - holes * worthPunching);
});
