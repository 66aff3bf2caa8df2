import { expect, test } from 'vitest';
import { systemdBootMenu } from './systemd-boot.ts';

const entries = new Map([
  ['/loader/entries/02-speech.conf', 'title Speech\nlinux /k\noptions b\n'],
  [
    '/loader/entries/01-arch.conf',
    '# a comment\ntitle    Arch Linux\nsort-key 01\nlinux \\arch\\k\ninitrd /u.img\ninitrd   /i.img\noptions a=1  b\noptions c\n',
  ],
  ['/loader/entries/03-shell.conf', 'title Shell\nefi /shell.efi\n'],
]);

test('an entry is a file, whose keys may come more than once', () => {
  expect(systemdBootMenu(entries).entries).toEqual([
    {
      title: 'Arch Linux',
      kernel: '/arch/k',
      initrds: ['/u.img', '/i.img'],
      append: 'a=1  b c',
      default: true,
    },
    { title: 'Speech', kernel: '/k', initrds: [], append: 'b', default: false },
  ]);
});

test.each([
  ['02-speech.conf', 'Speech'],
  ['02-speech', 'Speech'],
  ['02-*', 'Speech'],
  ['*-sp*ch*.conf', 'Speech'],
  ['0?', 'Arch Linux'],
  ['*x', 'Arch Linux'],
])('the default is a name or a pattern: %s', (pattern, title) => {
  const chosen = systemdBootMenu(entries, `default ${pattern}\n`).entries.find((it) => it.default);
  expect(chosen?.title).toBe(title);
});

test('it waits as long as is said, and not at all where nothing is', () => {
  expect(systemdBootMenu(entries, 'timeout 15\nbeep on').timeout).toBe(15);
  expect(systemdBootMenu(entries).timeout).toBe(0);
  expect(systemdBootMenu(entries, 'timeout menu-force').timeout).toBeUndefined();
});
