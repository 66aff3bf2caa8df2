import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testRoom } from '../../../test/support/room.ts';
import { Scope } from '../../base/scope.ts';
import { entriesInPlace } from './in-place.ts';
import type { Layout } from './layout.ts';

const room = testRoom();

/** An initramfs with a merged /usr, and busybox under two names. */
const layout: Layout = {
  kinds: new Map([
    ...['etc', 'usr', 'usr/bin', 'tmp'].map((path) => [path, 'directory'] as const),
    ['bin', 'symlink'],
    ...['usr/bin/busybox', 'usr/bin/sh'].map((path) => [path, 'file'] as const),
  ]),
  targets: new Map([['bin', 'usr/bin']]),
  scripts: new Map(),
};

const entries = (from: string, to: string, env = {}) =>
  entriesInPlace(new Scope(), { inject: [{ from, to }], env }, layout).map(
    ({ kind, path }) => `${kind} ${path}`,
  );

test('a tree is joined with what is there, behind its links and without a touch on its directories', () => {
  mkdirSync(room('tree/bin'), { recursive: true });
  mkdirSync(room('tree/tmp'));
  chmodSync(room('tree'), 0o700);
  writeFileSync(room('tree/bin/mine'), '');
  writeFileSync(room('tree/bin/sh'), '');
  expect(entries(room('tree'), '/')).toEqual([
    'file usr/bin/mine',
    // The kernel would write into busybox.
    'symlink usr/bin/sh',
    'file usr/bin/sh',
    'directory tmp',
  ]);
  expect(entries(room('tree/bin'), '/bin')).toEqual([
    'file usr/bin/mine',
    'symlink usr/bin/sh',
    'file usr/bin/sh',
  ]);
  expect(entries(room('tree/bin'), '/opt/new')).toEqual([
    ...['directory opt', 'directory opt/new', 'file opt/new/mine', 'file opt/new/sh'],
  ]);
});

test('a file is put into a directory, or at its own place', () => {
  writeFileSync(room('motd'), '');
  expect(entries(room('motd'), '/etc')).toEqual(['file etc/motd']);
  expect(entries(room('motd'), '/bin/')).toEqual(['file usr/bin/motd']);
  expect(entries(room('motd'), '/etc/issue', { A: 'b' })).toEqual([
    'file etc/issue',
    'file etc/profile.d/vivarium.sh',
  ]);
});
