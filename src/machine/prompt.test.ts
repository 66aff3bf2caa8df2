import { expect, test } from 'vitest';
import { promptIn, waitsAfter } from './prompt.ts';

test.each([
  [['Linux', 'root@tiny:~# ']],
  [['debian login: ']],
  [['$']],
  [['MikroTik Login: ']],
  [['localhost:~# ']],
  [['[root@archlinux ~]# ']],
  [['root@archiso ~ # ']],
  [['user@host ~> ']],
  [['C:\\>']],
  [['SAC>']],
  [['host% ']],
  [['% ']],
  [['❯ ']],
  [['Please press Enter to activate this console. ']],
  [['~ # [    3.141592] random: crng init done', '']],
])('%j has a prompt', (lines) => {
  expect(promptIn(lines)).toBeDefined();
});

test.each([
  [[]],
  [['# a comment', 'more']],
  [['root@tiny:~# ', '']],
  [['Loading initrd ...']],
  [['100%']],
  [['at 100 % ']],
  [['[====>']],
  [['----> ']],
  [['grub> ']],
  [['grub rescue> ']],
  [['Shell> ']],
  [['FS0:\\> ']],
  [['=> ']],
])('%j has none', (lines) => {
  expect(promptIn(lines)).toBeUndefined();
});

test('news of the kernel does not end the wait of a console, and other words do', () => {
  expect(waitsAfter(false, ['[    3.141592] random: crng init done'])).toBe(false);
  expect(waitsAfter(true, ['', '[    3.141592] random: crng init done', ''])).toBe(true);
  expect(waitsAfter(true, [' * Starting sshd ...'])).toBe(false);
  expect(waitsAfter(true, ['reboot', 'tiny login: '])).toBe(true);
});
