import { expect, test } from 'vitest';
import { writeProc } from '../../../test/support/block-tree.ts';
import { testRoom } from '../../../test/support/room.ts';
import { readOpeners } from './openers.ts';

const room = testRoom();

test('who has a device open for writing is found; who only reads, or has a terminal, is not', () => {
  const open = (path: string, flags: string) => ({
    'fd/3': `-> ${path}`,
    'fdinfo/3': `pos:\t0\nflags:\t${flags}\n`,
  });
  writeProc(room('proc'), {
    processes: {
      10: { comm: 'dd\n', ...open('/dev/sdb', '0100001') },
      11: { comm: 'qemu-system-x86\n', ...open('/dev/sdc', '02140002') },
      12: { comm: 'cat\n', ...open('/dev/sdb', '0100000') },
      13: { comm: 'sh\n', ...open('/dev/pts/0', '0100002') },
      14: { comm: 'sh\n', ...open('/home/me/dev/sdb', '0100002') },
      15: { comm: 'gone\n' },
    },
  });
  expect(readOpeners(room('proc'))).toEqual([
    { path: '/dev/sdb', pid: 10, command: 'dd' },
    { path: '/dev/sdc', pid: 11, command: 'qemu-system-x86' },
  ]);
});
