import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { testRoom } from '../../../test/support/room.ts';
import { findUefi } from '../../qemu/firmware-files.ts';
import { compose } from './compose.ts';
import type { Target } from './composed.ts';
import type { Fate } from './said.ts';

const room = testRoom();
beforeEach(() => {
  for (const name of ['a.qcow2', 'b.iso', 'c.iso', 'd.img']) writeFileSync(room(name), 'x');
  mkdirSync(room('share'));
});

const words = { what: 'w', line: 7 };
const composed = (fates: Fate[], target: Partial<Target> = {}) =>
  compose(
    fates.map((fate) => ({ ...words, ...fate })),
    { name: 'box', directory: room(), whole: false, bring: undefined, ...target },
  );
const disk = { key: 'disks', value: { file: 'a.qcow2', format: 'qcow2', interface: 'sata' } } as const;

test('scalars are set, lists grow, and all are told as they stand in machine.yaml', () => {
  const { spec, taken, left } = composed([
    { key: 'cpus', value: 2 },
    { key: 'arguments', value: ['-a', 'b'] },
    { key: 'arguments', value: ['-c'] },
    { key: 'networks', value: { mode: 'user', forwards: ['1:2'] } },
  ]);
  expect(spec).toEqual({
    cpus: 2,
    arguments: ['-a', 'b', '-c'],
    networks: [{ mode: 'user', forwards: ['1:2'] }],
  });
  expect(taken.map(({ as }) => as)).toEqual([
    'cpus: 2',
    'arguments: [ -a, b ]',
    'arguments: [ -c ]',
    'networks: { mode: user, forwards: [ 1:2 ] }',
  ]);
  expect(taken[0]).toMatchObject(words);
  expect(left).toEqual([]);
});

test('NAME is the machine', () => {
  const { taken, left } = composed([{ as: 'vm console NAME' }, { why: 'vm set NAME x=UNAME' }]);
  expect(taken).toEqual([{ ...words, as: 'vm console box' }]);
  expect(left).toEqual([{ ...words, why: 'vm set box x=UNAME' }]);
});

test.each<[Fate, RegExp]>([
  [{ key: 'cpus', value: Number.NaN }, /cpus must be a number/],
  [{ key: 'cpus', value: 10_000 }, /cpus/],
  [{ key: 'memory', value: 'much' }, /memory must be a size/],
  [{ key: 'cpu', value: 'a b; c' }, /cpu must be a CPU model/],
  [{ key: 'machine', value: '../x' }, /machine must be a machine type/],
  [{ key: 'networks', value: { mac: 'zz' } }, /mac must be an address/],
  [{ key: 'networks', value: { forwards: ['1'] } }, /must be a forward/],
  [{ key: 'shares', value: { path: '/', tag: 'a b' } }, /tag must be/],
  [{ key: 'disks', value: { file: 'a.qcow2', format: 'vmdk' as 'raw' } }, /format is wrong/],
  [{ key: 'disks', value: { file: 'a\u001b.qcow2' } }, /must be a path/],
  [{ key: 'kernel', value: '' }, /must be a path/],
])('%j could stand in no machine.yaml, and is left', (fate, why) => {
  const { spec, left } = composed([fate]);
  expect(spec).toEqual({});
  expect(left).toEqual([{ ...words, why: expect.stringMatching(why) }]);
});

describe('a disk', () => {
  test('is used where it is', () => {
    const { spec, bring, taken, left } = composed([disk]);
    expect(spec.disks).toEqual([{ ...disk.value, file: room('a.qcow2') }]);
    expect(bring).toEqual([]);
    expect(taken[0]?.as).toMatch(/, used where it is$/);
    expect(left).toEqual([]);
  });

  test('is brought, each under a name of its own', () => {
    const raw = { key: 'disks', value: { file: 'd.img', format: 'raw' } } as const;
    const { spec, bring, taken } = composed([disk, raw, disk], { bring: 'copied' });
    expect(spec.disks?.map(({ file }) => file)).toEqual(['drive.qcow2', 'drive1.raw', 'drive2.qcow2']);
    expect(bring).toContainEqual({ from: room('d.img'), to: 'drive1.raw', format: 'raw' });
    expect(taken[1]?.as).toContain(`copied from ${room('d.img')}`);
  });

  test('that comes with its directory keeps its place', () => {
    const deep = { key: 'disks', value: { file: `${room()}/share/../a.qcow2` } } as const;
    const { spec, bring } = composed([disk, deep, { key: 'cdrom', value: 'b.iso' }], { whole: true });
    expect(spec).toMatchObject({ disks: [{ file: 'a.qcow2' }, { file: 'a.qcow2' }], cdrom: 'b.iso' });
    expect(bring[0]).toEqual({ from: room('a.qcow2'), to: 'a.qcow2', format: 'qcow2', along: true });
  });

  test('beside such a directory is named in full', () => {
    const beside = { key: 'disks', value: { file: '../a.qcow2' } } as const;
    const { spec, bring } = composed([beside], { whole: true, directory: room('share') });
    expect(spec.disks).toEqual([{ file: room('a.qcow2') }]);
    expect(bring).toEqual([]);
  });

  test('that is not there is named all the same, and told', () => {
    const { spec, bring, left } = composed([{ key: 'disks', value: { file: 'none.qcow2' } }], {
      bring: 'moved',
    });
    expect(spec.disks).toEqual([{ file: room('none.qcow2') }]);
    expect(bring).toEqual([]);
    expect(left[0]?.why).toMatch(/none\.qcow2 is not there: the machine cannot start/);
  });

  test('that the other program would have made is made', () => {
    const { spec, make, taken, left } = composed([
      { key: 'disks', value: { file: 'new.raw', format: 'raw', interface: 'ide' }, size: 2 ** 30 },
    ]);
    expect(spec.disks).toEqual([{ file: 'drive.qcow2', format: 'qcow2', interface: 'ide' }]);
    expect(make).toEqual([{ to: 'drive.qcow2', size: 2 ** 30 }]);
    expect(taken[0]?.as).toMatch(/new, with 1G/);
    expect(left).toEqual([]);
  });

  test('that is a directory is told', () =>
    expect(composed([{ key: 'disks', value: { file: 'share' } }]).left[0]?.why).toMatch(
      /share is of another kind: the machine cannot start/,
    ));

  test('that is no file stays where it is', () => {
    const { spec, bring } = composed([{ key: 'disks', value: { file: '/dev/null', format: 'raw' } }], {
      bring: 'moved',
    });
    expect(spec.disks).toMatchObject([{ file: '/dev/null' }]);
    expect(bring).toEqual([]);
  });
});

test('a second CD is in a drive of its own, and one that is not there in none', () => {
  const { spec, left } = composed([
    { key: 'cdrom', value: 'none.iso' },
    { key: 'cdrom', value: 'b.iso' },
    { key: 'cdrom', value: 'c.iso' },
    { key: 'cdrom', value: 'b.iso' },
  ]);
  expect(spec.cdrom).toBe(room('b.iso'));
  expect(spec.arguments?.filter((it) => it.startsWith('ide-cd'))).toEqual([
    'ide-cd,drive=cdrom1,id=cdrom1-device,bootindex=101,bus=cdrom1-controller.0',
    'ide-cd,drive=cdrom2,id=cdrom2-device,bootindex=102,bus=cdrom2-controller.0',
  ]);
  expect(left).toEqual([
    { ...words, why: expect.stringMatching(/none.iso is not there: nothing is in the drive/) },
  ]);
});

test('a floppy, a kernel, directories', () => {
  const { spec, left } = composed([
    { key: 'floppy', value: 'd.img' },
    { key: 'floppy', value: 'none.img' },
    { key: 'kernel', value: 'none' },
    { key: 'shares', value: { path: 'share', tag: 's' } },
    { key: 'shares', value: { path: 'a.qcow2', tag: 's' } },
    { key: 'shares', value: { path: 'none', tag: 's' } },
  ]);
  expect(spec).toEqual({
    arguments: ['-drive', `if=floppy,format=raw,file=${room('d.img')}`],
    kernel: room('none'),
    shares: [{ path: room('share'), tag: 's' }],
  });
  expect(left.map(({ why }) => why.replace(/^.*\//, ''))).toEqual([
    'none.img is not there: there is no floppy',
    'none is not there: the machine cannot start before that is mended',
    'a.qcow2 is of another kind: it is not shared',
    'none is not there: it is not shared',
  ]);
});

describe('UEFI variables', () => {
  const variables = (...files: string[]) =>
    composed([{ key: 'uefiVariables', value: files.map((it) => room(it)) }]);

  test('that nobody has made yet are not missed', () => {
    expect(variables('x', 'y')).toMatchObject({ bring: [], taken: [], left: [] });
  });

  test.skipIf(!findUefi())('of a size that no firmware here reads are left', () => {
    expect(variables('a.qcow2')).toMatchObject({ bring: [], taken: [] });
    expect(variables('x', 'a.qcow2').left[0]?.why).toMatch(/belongs to firmware with 1 bytes of them/);
  });

  const uefi = findUefi();
  test.skipIf(!uefi)('that fit are copied: the first that is there', () => {
    writeFileSync(room('vars.fd'), Buffer.alloc(statSync(uefi?.variables ?? '').size));
    expect(variables('x', 'vars.fd', 'a.qcow2').bring).toEqual([
      { from: room('vars.fd'), to: 'uefi-vars.fd' },
    ]);
  });
});
