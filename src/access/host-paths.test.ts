import { describe, expect, test } from 'vitest';
import type { Home } from '../machine/home.ts';
import { hidden, mapTexts, veilFor } from './host-paths.ts';

const home: Home = {
  directory: '/srv/my vms',
  cache: '/home/me/.cache/vivarium',
  config: {},
  env: { HOME: '/home/me' },
};
const veil = veilFor(home);

describe('of what the host says, every path is hidden', () => {
  test.each([
    ['/srv/my vms/web/drive.qcow2: it is gone', `${hidden}: it is gone`],
    ['No space is left at /srv/my vms/web', `No space is left at ${hidden}`],
    ['-drive file=/srv/my vms/other/d.qcow2,if=none', `-drive file=${hidden},if=none`],
    ["see '/etc/passwd'", `see '${hidden}'`],
    ['it lies on ../.layers/ab.qcow2', `it lies on ${hidden}`],
    ['/home/me/isos/a.iso', hidden],
    ['(/tmp/x)', `(${hidden})`],
    ['/dev/kvm cannot be opened', `${hidden} cannot be opened`],
  ])('%s', (text, shown) => expect(veil.host(text)).toBe(shown));

  test.each([
    'https://example.org/a/b.iso',
    'on/off, 1/2 and and/or',
    'root@web:~#',
    'vm snapshot verify web',
    "the guest's / is full",
  ])('and nothing else: %s', (text) => expect(veil.host(text)).toBe(text));
});

describe('of what a guest may have said, what is ours', () => {
  test.each([
    ['cat /etc/passwd', 'cat /etc/passwd'],
    ['/home/me/notes', '/home/me/notes'],
    ['qemu: could not load kernel /a/b: no', `qemu: could not load kernel ${hidden}: no`],
    ['in /srv/my vms/web, it', `in ${hidden}, it`],
    [
      'login:\nqemu-system-x86_64: /dev/sdz: no such file\n~#',
      `login:\nqemu-system-x86_64: ${hidden}: no such file\n~#`,
    ],
  ])('%s', (text, shown) => expect(veil.guest(text)).toBe(shown));

  test.each([
    ['~# ', 0],
    ['in /srv/my', '/srv/my'.length],
    ['in /srv/my vms/we', '/srv/my vms/we'.length],
    ['in /srv/my vms/web ', 0],
    ['a\nqemu-sys', 'qemu-sys'.length],
    ['a\nviv', 'viv'.length],
    ['vivarium:~# ', 0],
    ['qe2 ', 0],
    ['a\nqemu-system-x86_64: could not open /dev', 'qemu-system-x86_64: could not open /dev'.length],
  ])('and of %j that much may become a path', (text, length) => expect(veil.begins(text)).toBe(length));
});

test('all texts of a value are changed, and nothing else', () => {
  const bytes = Buffer.from('/srv');
  const value = { a: ['/x', { b: '/x', c: 7, d: undefined, e: null }], bytes };
  const changed = mapTexts(value, () => 'y') as typeof value;
  expect(changed).toEqual({ a: ['y', { b: 'y', c: 7, d: undefined, e: null }], bytes });
  expect(changed.bytes).toBe(bytes);
});
