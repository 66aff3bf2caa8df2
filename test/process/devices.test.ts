import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { composeCommand, type Ingredients, type Part } from '../../src/machine/command.ts';
import { machineSpec } from '../../src/protocol/machine-spec.ts';
import { moreCdrom } from '../../src/qemu/devices/cdrom.ts';
import { floppy } from '../../src/qemu/devices/floppy.ts';
import { findUefi } from '../../src/qemu/firmware-files.ts';
import { Qmp } from '../../src/qemu/qmp.ts';
import { eventually } from '../support/eventually.ts';
import { has } from '../support/has.ts';
import { testRoot } from '../support/place.ts';

const qemu = 'qemu-system-x86_64';

let room: string;
beforeEach(() => {
  room = mkdtempSync(join(testRoot, 'devices-'));
  for (const directory of ['supervise', 'shared, with a comma']) mkdirSync(join(room, directory));
  for (const disk of ['a.qcow2', 'b,c.qcow2'])
    spawnSync('qemu-img', ['create', '-q', '-f', 'qcow2', disk, '1M'], { cwd: room });
  writeFileSync(join(room, 'raw.img'), Buffer.alloc(2 ** 20));
  writeFileSync(join(room, 'cd, one.iso'), Buffer.alloc(2 ** 20));
});
afterEach(() => rmSync(room, { recursive: true }));

const parts = (spec: object, more: Partial<Ingredients> = {}): Part[] =>
  composeCommand({
    name: 'hello',
    spec: z.parse(machineSpec, { version: 1, memory: '64M', ...spec }),
    templates: [],
    accelerator: 'tcg',
    kernel: undefined,
    uefi: undefined,
    seeded: false,
    ...more,
  });

/** Starts QEMU, its CPUs halted, has it answer and quit. @returns what it complained about */
async function answers(command: Part[]): Promise<string> {
  const args = [...command.flatMap((part) => part.args), '-S'];
  const child = spawn(qemu, args, { cwd: room, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const ended = once(child, 'close');
  const qmp = await eventually(
    async () =>
      child.exitCode === null
        ? await Qmp.connect(join(room, 'supervise/engine'), 10_000).catch(() => undefined)
        : ('ended' as const),
    () => `QEMU to answer; it said: ${said}`,
    30_000,
  );
  if (qmp !== 'ended') {
    expect(await qmp.execute('query-status')).toMatchObject({ status: 'prelaunch' });
    await qmp.execute('quit').catch(() => {});
  }
  await ended;
  return said;
}

describe.skipIf(!has(qemu) || !has('qemu-img'))('QEMU takes without a word', () => {
  const uefi = findUefi();

  test.each<[string, object, Partial<Ingredients>?]>([
    ['an empty spec', {}],
    [
      'every way to attach a disk',
      {
        disks: [
          { file: 'a.qcow2' },
          { file: 'b,c.qcow2', interface: 'scsi' },
          { file: 'raw.img', format: 'raw', interface: 'nvme', readonly: true },
        ],
      },
    ],
    [
      'SATA on q35',
      {
        disks: [
          { file: 'a.qcow2', interface: 'sata' },
          { file: 'raw.img', format: 'raw', interface: 'sata' },
        ],
      },
    ],
    ['IDE on pc', { machine: 'pc', disks: [{ file: 'a.qcow2', interface: 'ide' }], cdrom: 'cd, one.iso' }],
    ...['pc', 'q35'].map((machine): [string, object] => [
      `three IDE disks and three CDs on ${machine}`,
      {
        machine,
        disks: ['a.qcow2', 'b,c.qcow2', 'raw.img'].map((file) => ({
          file,
          format: file.endsWith('.img') ? 'raw' : 'qcow2',
          interface: 'ide',
        })),
        cdrom: 'cd, one.iso',
        arguments: [...moreCdrom('cd, one.iso', 1), ...moreCdrom('cd, one.iso', 2)],
      },
    ]),
    ...['pc', 'q35'].map((machine): [string, object] => [
      `a floppy on ${machine}`,
      { machine, arguments: floppy('raw.img') },
    ]),
    [
      "a CD beside a template's disk",
      { machine: 'pc', cdrom: 'cd, one.iso' },
      {
        templates: [{ source: 'templates/drive', args: ['-drive', 'file=a.qcow2,format=qcow2,media=disk'] }],
      },
    ],
    [
      'names with commas',
      {
        disks: [{ file: 'b,c.qcow2' }],
        cdrom: 'cd, one.iso',
        shares: [{ path: 'shared, with a comma', tag: 'x' }],
      },
    ],
    [
      'every network card',
      {
        networks: ['virtio', 'e1000', 'e1000e', 'rtl8139'].map((model) => ({
          model,
          mac: '52:54:00:12:34:56',
        })),
      },
    ],
    ['VNC', { display: 'vnc', vga: 'virtio' }],
    ['no graphics', { vga: 'none' }],
    ['a CPU model', { cpu: 'qemu64,+avx', cpus: 3 }],
    [
      'a share to read only',
      {
        shares: [
          { path: '.', tag: 'a', readonly: true },
          { path: 'supervise', tag: 'b' },
        ],
      },
    ],
    [
      'templates beside a spec',
      { vga: 'std' },
      {
        templates: [
          {
            source: 'templates/own',
            args: ['-machine', 'usb=on', '-vga', 'virtio', '-smp', '2', '-m', '128'],
          },
        ],
      },
    ],
    [
      'the accelerator of a template',
      {},
      { templates: [{ source: 'templates/own', args: ['-machine', 'accel=tcg'] }] },
    ],
    [
      'templates alone',
      {},
      { spec: undefined, templates: [{ source: 'templates/own', args: ['-display', 'none', '-m', '64'] }] },
    ],
  ])('%s', async (_, spec, more) => expect(await answers(parts(spec, more))).toBe(''));

  test.skipIf(!uefi)('UEFI', async () => {
    const flash = { code: uefi?.code as string };
    const command = parts({ firmware: 'uefi' }, { uefi: flash });
    spawnSync('cp', [uefi?.variables as string, join(room, 'uefi-vars.fd')]);
    expect(await answers(command)).toBe('');
  });
});
