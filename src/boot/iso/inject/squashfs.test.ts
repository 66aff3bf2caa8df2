import { expect, test } from 'vitest';
import type { CpioEntry } from '../../cpio.ts';
import { modeOf, overlaid, parseSquashfs } from './squashfs.ts';

const below = parseSquashfs(`Parallel unsquashfs: Using 2 processors
drwxr-xr-x 0/0                      72 2026-11-21 15:34 squashfs-root
lrwxrwxrwx 0/0                       7 2026-11-21 15:11 squashfs-root/bin -> usr/bin
drwxrwxrwt 0/0                       3 2026-11-21 15:11 squashfs-root/tmp
drwxr-x--- 1000/100                 30 2026-11-21 15:11 squashfs-root/home/a b
-rwsr-xr-x 0/0                   52880 2026-11-21 15:11 squashfs-root/home/a b/x -> y
crw-rw-rw- 0/0                  5,  1 2026-11-21 15:11 squashfs-root/dev/console
`);

test('what a squashfs holds is read from a listing of it', () => {
  expect(Object.fromEntries(below.kinds)).toEqual({
    bin: 'symlink',
    tmp: 'directory',
    'home/a b': 'directory',
    'home/a b/x -> y': 'file',
    'dev/console': 'character',
  });
  expect(Object.fromEntries(below.targets)).toEqual({ bin: 'usr/bin' });
  expect(below.directories.get('home/a b')).toMatchObject({ mode: 0o750, uid: 1000, gid: 100 });
});

test.each([
  ['rwxr-xr-x', 0o755],
  ['rwsr-sr-t', 0o7755],
  ['rwSr-Sr-T', 0o7644],
  ['---------', 0],
])('the mode %s is a number', (letters, mode) => expect(modeOf(letters)).toBe(mode));

test('directories that lead to something are as they are below', () => {
  const file = (path: string): CpioEntry => ({ kind: 'file', path, mode: 0o644, content: Buffer.from(path) });
  const entries = overlaid([file('home/a b/c/f'), file('tmp/g'), file('new/h'), file('tmp/g')], below);
  expect(entries.map(({ path, ...rest }) => [path, 'mode' in rest && rest.mode, rest.uid ?? 0])).toEqual([
    ['home', 0o755, 0],
    ['home/a b', 0o750, 1000],
    ['home/a b/c', 0o755, 0],
    ['home/a b/c/f', 0o644, 0],
    ['tmp', 0o1777, 0],
    ['new', 0o755, 0],
    ['new/h', 0o644, 0],
    ['tmp/g', 0o644, 0],
  ]);
});
