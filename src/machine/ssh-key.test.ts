import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { Scope } from '../base/scope.ts';
import { openHome } from './home.ts';
import type { Machine } from './machine.ts';
import { ensureKey } from './ssh-key.ts';

const room = testRoom();

function machine(): Machine {
  mkdirSync(room('m'));
  return { name: 'm', directory: room('m'), home: openHome({ VMDIR: room() }) };
}

test('makes a key that only its user can read, once', async () => {
  const it = machine();
  const key = await ensureKey(new Scope(), it);
  expect(key).toMatch(/^ssh-ed25519 \S+ vivarium-m$/);
  expect(await ensureKey(new Scope(), it)).toBe(key);
  expect(statSync(room('m/ssh')).mode & 0o777).toBe(0o700);
  expect(statSync(room('m/ssh/id_ed25519')).mode & 0o777).toBe(0o600);
  expect(readdirSync(room('m/ssh')).sort()).toEqual(['id_ed25519', 'id_ed25519.pub']);
});

test('several at once make one key', async () => {
  const it = machine();
  const keys = await Promise.all([1, 2, 3, 4, 5].map(() => ensureKey(new Scope(), it)));
  expect(new Set(keys).size).toBe(1);
  expect(readdirSync(room('m/ssh')).sort()).toEqual(['id_ed25519', 'id_ed25519.pub']);
});

test('a public key that is missing is made from the private one', async () => {
  const it = machine();
  const key = await ensureKey(new Scope(), it);
  rmSync(room('m/ssh/id_ed25519.pub'));
  expect(await ensureKey(new Scope(), it)).toBe(key);
});
