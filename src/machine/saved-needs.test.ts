import { describe, expect, test } from 'vitest';
import { firstDifference, unfitVersion, unmetNeed } from './saved-needs.ts';

const before = [
  '-name',
  'web',
  '-m',
  '64M',
  '-netdev',
  'user,id=net0,hostfwd=tcp::80-:80',
  '-device',
  'virtio-rng-pci',
];

describe('two command lines make the same machine', () => {
  test.each<[string, string[]]>([
    ['as they are', before],
    ['under another name', ['-name', 'fork', ...before.slice(2)]],
    ['with other ports', before.map((it) => it.replace('tcp::80', 'tcp::0'))],
    ['without ports', before.map((it) => it.replace(/,hostfwd.*/, ''))],
    ['with another kernel', [...before, '-kernel', 'vmlinux', '-initrd', 'initrd', '-append', 'quiet']],
    ['whose screen can be seen', [...before, '-display', 'none', '-vnc', 'unix:supervise/vnc']],
    ['that waits for a state', [...before, '-incoming', 'defer']],
    [
      'with its memory from a file',
      [...before, '-object', 'memory-backend-file,id=pc.ram', '-machine', 'memory-backend=pc.ram'],
    ],
    ['of a named version', [...before, '-machine', 'type=pc-q35-7.2']],
  ])('%s', (_, now) => {
    expect(firstDifference(before, now)).toBeUndefined();
    expect(firstDifference(now, before)).toBeUndefined();
  });
});

describe('the first difference is told', () => {
  test.each<[string[], { before: string; now: string }]>([
    [['-name', 'web', '-m', '96M'], { before: '-m 64M', now: '-m 96M' }],
    [before.slice(0, 6), { before: '-device virtio-rng-pci', now: 'nothing more' }],
    [[...before, '-vga', 'none'], { before: 'nothing more', now: '-vga none' }],
    [before.with(5, 'user,id=net1'), { before: '-netdev user,id=net0', now: '-netdev user,id=net1' }],
    [['-m', '64M', '-machine', 'q35'], { before: '-netdev user,id=net0', now: '-machine q35' }],
    [[], { before: '-m 64M', now: 'nothing more' }],
  ])('%j', (now, difference) => expect(firstDifference(before, now)).toEqual(difference));
});

test('another accelerator is one', () => {
  const then = { accelerator: 'kvm', argv: before };
  expect(unmetNeed(then, { accelerator: 'tcg', argv: before })).toMatch(
    /accelerator kvm, and would go on with tcg/,
  );
  expect(unmetNeed(then, then)).toBeUndefined();
  expect(unmetNeed(then, { accelerator: 'kvm', argv: ['-m', '96M'] })).toMatch(
    /has -m 96M, and was saved with -m 64M/,
  );
});

test('only an older QEMU is no good', () => {
  expect(unfitVersion({ qemu: '7.2.22' }, '7.2.22')).toBeUndefined();
  expect(unfitVersion({ qemu: '7.2.22' }, '10.0.2')).toBeUndefined();
  expect(unfitVersion({ qemu: '10.0.2' }, '7.2.22')).toMatch(/is 7.2.22, which is older/);
});
