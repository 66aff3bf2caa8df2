import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { testRoom } from '../../../test/support/room.ts';
import { isVivariumError } from '../../base/errors.ts';
import { Scope } from '../../base/scope.ts';
import { type CpioEntry, cpio } from '../cpio.ts';
import { isDirectoryIn, type Layout, layoutOf, placeIn } from './layout.ts';
import { leavingEntries, staysRoot } from './on-the-way.ts';

const room = testRoom();
const directory = (path: string): CpioEntry => ({ kind: 'directory', path, mode: 0o755 });
const link = (path: string, target: string): CpioEntry => ({ kind: 'symlink', path, target });
const file = (path: string, content = ''): CpioEntry => {
  return { kind: 'file', path, mode: 0o755, content: Buffer.from(content) };
};

async function layout(...entries: CpioEntry[]): Promise<Layout> {
  await pipeline(cpio(entries), createWriteStream(room('initrd')));
  return await layoutOf(new Scope(), room('initrd'));
}

describe('a path is followed as the guest follows it', () => {
  let merged: Layout;
  beforeEach(async () => {
    merged = await layout(
      ...[directory('usr'), directory('usr/bin'), link('bin', 'usr/bin'), link('abs', '/usr/bin')],
      ...[link('up', 'usr/../usr/bin'), link('loop', 'loop'), link('usr/bin/sh', 'busybox')],
      file('usr/bin/busybox'),
    );
  });

  test.each([
    ['bin/ls', 'usr/bin/ls'],
    ['/abs//ls', 'usr/bin/ls'],
    ['up/./ls', 'usr/bin/ls'],
    ['../bin/../x', 'usr/x'],
    ['bin/sh', 'usr/bin/sh'],
    ['nowhere/at/all', 'nowhere/at/all'],
    ['', ''],
  ])('%s is %s', (path, place) => expect(placeIn(merged, path)).toBe(place));

  test('the last name only where that is asked for', () => {
    expect(placeIn(merged, 'bin')).toBe('bin');
    expect(placeIn(merged, 'bin', true)).toBe('usr/bin');
    expect(isDirectoryIn(merged, 'abs')).toBe(true);
    expect(isDirectoryIn(merged, 'bin/sh')).toBe(false);
  });

  test('a link to itself is no endless walk', () => expect(placeIn(merged, 'loop/x')).toBe('loop/x'));
});

describe('an initramfs leaves for its root', () => {
  test('by programs, which are replaced where they truly are, be they links or files', async () => {
    const found = await layout(
      ...[directory('usr'), directory('usr/sbin'), link('sbin', 'usr/sbin'), link('init', 'usr/sbin/init')],
      ...[file('usr/sbin/init', '#!/bin/sh\nexec /usr/sbin/switch_root /root /sbin/init\n')],
      ...[link('usr/sbin/switch_root', 'busybox'), file('usr/sbin/run-init')],
    );
    expect(leavingEntries(found, 'initrd')).toEqual([
      link('usr/sbin/switch_root', '/vivarium/switch_root'),
      link('usr/sbin/run-init', '/vivarium/run-init'),
    ]);
  });

  test('by a bare name in its first process, which busybox would take for its own', async () => {
    const script = '#!/bin/sh\nif run-init -n x; then\n  exec\trun-init $drop "$root" /sbin/init\nfi\n';
    const [entry] = leavingEntries(await layout(file('init', script)), 'initrd');
    expect(entry).toMatchObject({ kind: 'file', path: 'init', mode: 0o755 });
    const content = entry?.kind === 'file' ? String(entry.content) : '';
    expect(content).toBe(script.replace('exec\trun-init', 'exec /vivarium/run-init'));
  });

  test('not by a first process that is a program, of which nothing is known', async () => {
    const found = await layout(file('init', '\x7fELF'), link('sbin/switch_root', '/bin/busybox'));
    expect(staysRoot(found)).toBe(false);
    expect(() => leavingEntries(found, 'initrd')).toThrow(
      expect.toSatisfy((error) => isVivariumError(error, 'initrd-unfit')),
    );
  });

  test('or stays, whatever programs there are', async () => {
    const programs = link('sbin/switch_root', '/bin/busybox');
    expect(staysRoot(await layout(file('init', '#!/bin/sh\nexec $init\n'), programs))).toBe(true);
    expect(staysRoot(await layout(file('init', '#!/bin/sh\nexec run-init /root\n')))).toBe(false);
  });
});
