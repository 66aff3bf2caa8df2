import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { loopDevices } from './loop-devices.ts';

const room = testRoom();

test('a loop device is known by the file behind it, removed or not', () => {
  for (const [name, file] of Object.entries({
    loop0: '/a b',
    loop1: '/gone (deleted)',
    loop2: undefined,
    sda: '/x',
  })) {
    mkdirSync(room(name, 'loop'), { recursive: true });
    if (file !== undefined) writeFileSync(room(name, 'loop/backing_file'), `${file}\n`);
  }
  expect(loopDevices(room())).toEqual([
    { device: '/dev/loop0', file: '/a b' },
    { device: '/dev/loop1', file: '/gone' },
  ]);
});
