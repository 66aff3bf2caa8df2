import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { watchFiles } from './watch-files.ts';

const room = testRoom();

test('a change is told, and is over where one begins anew', async () => {
  writeFileSync(room('file'), 'first');
  using changes = watchFiles();
  changes.begin();
  changes.watch([room('file')]);
  writeFileSync(room('file'), 'second');
  await changes.next(new AbortController().signal);
  expect(changes.signal.aborted).toBe(true);
  changes.begin();
  expect(changes.signal.aborted).toBe(false);
});

test('what changes before the next files are known is told, too', async () => {
  writeFileSync(room('file'), 'first');
  using changes = watchFiles();
  changes.begin();
  changes.watch([room('file')]);
  changes.begin();
  const told = once(changes.signal, 'abort');
  writeFileSync(room('file'), 'second');
  await told;
  changes.watch([room('file')]);
  expect(changes.signal.aborted).toBe(true);
});
