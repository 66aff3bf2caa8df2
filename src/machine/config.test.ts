import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { parseConfig, readConfig } from './config.ts';

const parse = (text: string) => parseConfig(text, '/etc/conf', { HOME: '/home/me', X: 'x y' });

test('lines of a shell are read', () => {
  const text = `# where they are
export VMDIR="$HOME/my vms" # here

  VMCONF_DEFAULT_TEMPLATES='kvm mem'
VMCONF_DEFAULT_DRIVE=20G
VMCONF_DEFAULT_WAIT=
OTHER=1
`;
  expect(parse(text)).toEqual({
    VMDIR: '/home/me/my vms',
    VMCONF_DEFAULT_TEMPLATES: 'kvm mem',
    VMCONF_DEFAULT_DRIVE: '20G',
    VMCONF_DEFAULT_WAIT: '',
  });
});

test('a later line may use, and replaces, an earlier one', () =>
  expect(parse('VMDIR=/a\nVMDIR=$VMDIR/b\nVMDIR=$VMDIR/c')).toEqual({ VMDIR: '/a/b/c' }));

test.each([
  ['VMDIR=~/vms', '/home/me/vms'],
  ["VMDIR='~/vms'", '~/vms'],
  ['VMDIR="$X"', 'x y'],
  ["VMDIR='$X'", '$X'],
])('%s', (text, VMDIR) => expect(parse(text)).toEqual({ VMDIR }));

test.each([
  ['VMDIR', 1, 'is not KEY=value'],
  ['VMDIR = /a', 1, 'is not KEY=value'],
  ['# x\nif true; then', 2, 'is not KEY=value'],
  ['\n\nVMDIR=/a b', 3, 'has more than one value for VMDIR; put it into quotes'],
  ['VMDIR=$X', 1, 'has more than one value for VMDIR; put it into quotes'],
  ['\nVMDIR=$(pwd)', 2, '$(…: commands and calculations are not run here'],
  ['VMDIR=`pwd`', 1, '`…`: commands are not run here'],
  ["VMDIR='/a", 1, "a quote ' is not closed"],
  ['OTHER=$(reboot)', 1, '$(…: commands and calculations are not run here'],
])('%j is refused', (text, line, problem) =>
  expect(() => parse(text)).toThrow(
    expect.objectContaining({ code: 'config-invalid', details: { file: '/etc/conf', line, problem } }),
  ),
);

describe('it is looked for', () => {
  const room = testRoom();
  const write = (path: string, VMDIR: string) => {
    mkdirSync(dirname(room(path)), { recursive: true });
    writeFileSync(room(path), `VMDIR=${VMDIR}\n`);
  };
  const env = (more: NodeJS.ProcessEnv = {}) => ({ HOME: room('home'), ...more });
  const systemWide = ['/etc/vivarium/conf', '/etc/runit-vm/conf'].some((file) => existsSync(file));

  test.skipIf(systemWide)('and none is no fault', () => expect(readConfig(env())).toEqual({}));

  test("where runit-vm's was, ours first", () => {
    write('home/.config/runit-vm/conf', '/theirs');
    expect(readConfig(env())).toEqual({ VMDIR: '/theirs' });
    write('home/.config/vivarium/conf', '/ours');
    expect(readConfig(env())).toEqual({ VMDIR: '/ours' });
    write('xdg/runit-vm/conf', '/xdg');
    expect(readConfig(env({ XDG_CONFIG_HOME: room('xdg') }))).toEqual({ VMDIR: '/xdg' });
  });

  test('where VMCONF says, and nowhere else', () => {
    write('home/.config/vivarium/conf', '/ours');
    write('other', '/other');
    expect(readConfig(env({ VMCONF: room('other') }))).toEqual({ VMDIR: '/other' });
    expect(() => readConfig(env({ VMCONF: room('none') }))).toThrow(
      expect.objectContaining({
        code: 'file-missing',
        details: expect.objectContaining({ file: room('none') }),
      }),
    );
  });

  test('in the environment before all files; what is empty there does not count', () => {
    write('home/.config/vivarium/conf', '/ours');
    expect(readConfig(env({ VMDIR: '/env', VMCONF_DEFAULT_WAIT: '5' }))).toEqual({
      VMDIR: '/env',
      VMCONF_DEFAULT_WAIT: '5',
    });
    expect(readConfig(env({ VMDIR: '' }))).toEqual({ VMDIR: '/ours' });
  });
});
