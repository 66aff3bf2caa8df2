import { expect, test } from 'vitest';
import { blockFixture, writeProc } from '../../test/support/block-tree.ts';
import { testRoom } from '../../test/support/room.ts';
import { parseMounts, readAllMounts } from './mounts.ts';

const room = testRoom();

test('a mount is read with whatever is in its names, and with optional fields or none', () => {
  const text = `${blockFixture('guest.mountinfo')}9 1 8:1 /a\\134b /caf\\303\\251\\012 rw - ext4 /dev/sd\\040a rw\n`;
  const mounts = parseMounts(text);
  expect(mounts.find(({ number }) => number === '179:1')).toMatchObject({
    root: '/',
    at: '/run/fx/my card',
    fileSystem: 'vfat',
    source: '/dev/mmcblk0p1',
  });
  expect(mounts.at(-1)).toMatchObject({
    number: '8:1',
    root: '/a\\b',
    at: '/café\n',
    fileSystem: 'ext4',
    source: '/dev/sd a',
  });
});

test('mounts of other namespaces are found, each once, and who sees them', () => {
  const [own, others] = ['1 0 8:1 / / rw - ext4 /dev/sda1 rw\n', '2 0 8:2 / /x rw - ext4 /dev/sda2 rw\n'];
  const processes = {
    7: { mountinfo: own },
    8: { mountinfo: others },
    9: { mountinfo: others },
    10: { comm: 'x' },
  };
  writeProc(room('proc'), { mountinfo: own, processes });
  const seen = readAllMounts(room('proc')).map(({ at, seenBy }) => [at, seenBy]);
  expect(seen).toHaveLength(2);
  expect(seen[0]).toEqual(['/', undefined]);
  expect(seen[1]?.[0]).toBe('/x');
  expect([8, 9]).toContain(seen[1]?.[1]);
});
