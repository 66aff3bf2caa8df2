import { expect, test } from 'vitest';
import type { MachineSpec } from '../engine.ts';
import { changesOf, settingsOf } from './setting-values.ts';

const spec = {
  version: 1,
  cpus: 1,
  memory: 2 ** 29,
  machine: 'q35',
  firmware: 'bios',
  accelerator: 'auto',
  disks: [],
  networks: [
    {
      mode: 'user',
      model: 'virtio',
      forwards: [{ protocol: 'tcp', address: '127.0.0.1', host: 8080, guest: 80 }],
    },
  ],
  display: 'none',
  vga: 'std',
  shares: [],
  agent: true,
  job: false,
  restart: 'on-crash',
  stopWait: 30_000,
  log: 2 ** 24,
  arguments: [],
} satisfies MachineSpec;

const changed = (changes: Partial<ReturnType<typeof settingsOf>>) =>
  changesOf(spec, { ...settingsOf(spec), ...changes });

test('writes settings as one would type them', () => {
  expect(settingsOf(spec)).toMatchObject({
    memory: '512M',
    stopWait: '30s',
    network: 'user',
    forwards: '8080:80',
  });
});

test('asks for nothing where nothing was changed', () => {
  expect(changed({})).toEqual({ changes: [], unset: [] });
});

test('asks for what was changed alone', () => {
  expect(changed({ cpus: '2', display: 'vnc' })).toEqual({ changes: ['cpus=2', 'display=vnc'], unset: [] });
});

test('takes away what was emptied', () => {
  expect(changed({ stopWait: '' })).toEqual({ changes: [], unset: ['stopWait'] });
});

test('keeps the network card where only its forwards are others', () => {
  expect(changed({ forwards: '8080:80, auto:22' }).changes).toEqual([
    "networks.0.forwards=['8080:80', 'auto:22']",
  ]);
  expect(changed({ network: 'none' }).changes).toEqual(['networks=[]']);
});
