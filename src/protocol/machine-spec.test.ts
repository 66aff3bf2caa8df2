import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { machineSpec, openSetting } from './machine-spec.ts';

const read = (spec: object) => z.parse(machineSpec, { version: 1, ...spec });

test('an empty spec has all defaults', () => {
  expect(read({})).toEqual({
    version: 1,
    cpus: 1,
    memory: 2 ** 30,
    machine: 'q35',
    firmware: 'bios',
    job: false,
    accelerator: 'auto',
    disks: [],
    networks: [],
    display: 'none',
    vga: 'std',
    shares: [],
    agent: true,
    restart: 'on-crash',
    log: 16 * 2 ** 20,
    arguments: [],
  });
});

test('sizes become bytes, durations milliseconds, forwards their parts', () => {
  const spec = read({
    memory: '512M',
    log: 65536,
    stopWait: 90,
    disks: [{ file: 'a.qcow2' }],
    networks: [{ forwards: ['2222:22'] }],
    shares: [{ path: '/src', tag: 'src' }],
  });
  expect(spec).toMatchObject({
    memory: 512 * 2 ** 20,
    log: 65536,
    stopWait: 90_000,
    disks: [{ file: 'a.qcow2', format: 'qcow2', interface: 'virtio', readonly: false }],
    networks: [
      { mode: 'user', model: 'virtio', forwards: [{ protocol: 'tcp', address: '127.0.0.1', host: 2222 }] },
    ],
    shares: [{ path: '/src', tag: 'src', readonly: false }],
  });
});

describe('is refused:', () => {
  test.each<[string, object, (string | number)[]]>([
    ['another version', { version: 2 }, ['version']],
    ['an unknown key', { memroy: '1G' }, []],
    ['an unknown key further in', { disks: [{ file: 'a', size: 1 }] }, ['disks', 0]],
    ['no CPU', { cpus: 0 }, ['cpus']],
    ['half a CPU', { cpus: 1.5 }, ['cpus']],
    ['CPUs as text', { cpus: '2' }, ['cpus']],
    ['memory in parts of a MiB', { memory: '1000K' }, ['memory']],
    ['memory that is no size', { memory: 'lots' }, ['memory']],
    ['memory below zero', { memory: -(2 ** 20) }, ['memory']],
    ['memory as a list', { memory: ['1G'] }, ['memory']],
    ['a disk without a file', { disks: [{}] }, ['disks', 0, 'file']],
    [
      'a disk in a format that is not supported',
      { disks: [{ file: 'a', format: 'vmdk' }] },
      ['disks', 0, 'format'],
    ],
    ['an empty path', { kernel: '' }, ['kernel']],
    ['a path with a line end', { cdrom: 'a\nb' }, ['cdrom']],
    ['a forward to nowhere', { networks: [{ forwards: ['22'] }] }, ['networks', 0, 'forwards', 0]],
    ['a wrong address', { networks: [{ mac: '52:54:00' }] }, ['networks', 0, 'mac']],
    ['a tag that 9p cannot carry', { shares: [{ path: '/', tag: 'x'.repeat(32) }] }, ['shares', 0, 'tag']],
    ['more options in the machine type', { machine: 'q35,accel=kvm' }, ['machine']],
    ['a space in the CPU model', { cpu: 'max foo' }, ['cpu']],
    ['a way out as image', { image: '../x' }, ['image']],
    ['arguments as text', { arguments: '-m 1G' }, ['arguments']],
    ['nothing where text is wanted', { append: null }, ['append']],
  ])('%s', (_, spec, path) => {
    const { error } = z.safeParse(machineSpec, { version: 1, ...spec });
    expect(error?.issues[0]?.path).toEqual(path);
    expect(error?.issues[0]?.message).not.toMatch(/pattern|Invalid input$/);
  });
});

test('who may not reach the host through a machine may take its network away, and give it none', () => {
  expect(openSetting.safeParse('networks=[]').success).toBe(true);
  expect(openSetting.safeParse('networks=[{}]').success).toBe(false);
  expect(openSetting.safeParse('memory=1G').success).toBe(true);
});
