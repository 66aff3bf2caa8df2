import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Scope } from '../base/scope.ts';
import {
  type AcceleratorReport,
  cachedAccelerator,
  judge,
  probeAccelerator,
  whyNoKvm,
} from './accelerator.ts';
import { cacheKey } from './accelerator-cache.ts';
import type { GuestRun } from './probe-run.ts';

let room: string;
beforeEach(() => {
  room = mkdtempSync(join(tmpdir(), 'vivarium-accelerator-'));
});
afterEach(() => rmSync(room, { recursive: true }));

const report: AcceleratorReport = {
  accelerator: 'kvm',
  reason: 'KVM works: 64-bit code finished in 43ms',
  candidates: [
    { name: 'kvm', usable: true, reason: 'KVM works: 64-bit code finished in 43ms', ms: 43 },
    { name: 'tcg', usable: true, reason: 'Software emulation (TCG) works', ms: 60 },
  ],
  probed: true,
};

function program(name: string): string {
  const path = join(room, name);
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, 0o755);
  return path;
}

function device(name = 'kvm'): string {
  const path = join(room, name);
  writeFileSync(path, '', { mode: 0o600 });
  return path;
}

describe('why KVM need not be tried', () => {
  test('it opens: it must be tried', () => expect(whyNoKvm('x64', undefined)).toBeUndefined());

  test.each([
    ['x64', 'ENOENT', 'KVM is not there: /dev/kvm does not exist'],
    ['x64', 'ENXIO', 'KVM is not there: /dev/kvm cannot be opened (ENXIO)'],
    [
      'x64',
      'EACCES',
      'KVM may not be opened by this user: /dev/kvm belongs to others; add yourself to the group kvm',
    ],
    ['arm64', undefined, "KVM runs only code of the host's own kind, and this host is arm64"],
  ])('%s, %s', (arch, error, reason) => expect(whyNoKvm(arch, error)).toBe(reason));
});

describe('what a run says', () => {
  const run = (ending: GuestRun['ending'], said = ''): GuestRun => ({ ending, ms: 43.2, said });
  const broken = "this host's nested virtualization is broken";

  test.each<[GuestRun, string]>([
    [run('finished'), 'KVM works: 64-bit code finished in 43ms'],
    [run('deadline'), `KVM opens, but 64-bit code did not finish within 2s: ${broken}`],
    [run('gave up'), `KVM opens, but 64-bit code ended in a KVM internal error: ${broken}`],
    [run('crashed'), `KVM opens, but 64-bit code crashed: ${broken}`],
    [run('refused'), 'QEMU does not start with KVM: it does not say why'],
    [run('refused', 'qemu: -accel kvm: invalid accelerator kvm\n'), 'This QEMU was built without KVM'],
    [
      run(
        'refused',
        'qemu: warning: no pni\nioctl(KVM_CREATE_VM) failed: 16 Device or resource busy\nqemu: x',
      ),
      'QEMU does not start with KVM: ioctl(KVM_CREATE_VM) failed: 16 Device or resource busy',
    ],
  ])('%j', (it, reason) =>
    expect(judge('kvm', it, 2000)).toEqual({
      name: 'kvm',
      usable: it.ending === 'finished',
      reason,
      ms: 43,
    }),
  );

  test('software emulation is not blamed on the host', () =>
    expect(judge('tcg', run('deadline'), 2000).reason).toBe(
      'Software emulation (TCG) starts, but 64-bit code did not finish within 2s',
    ));
});

describe('the key of a verdict', () => {
  test('stays while nothing changes', () => {
    const path = program('qemu');
    expect(cacheKey(path, device())).toBe(cacheKey(path, device()));
  });

  test('changes with the binary', () => {
    const path = program('qemu');
    const before = cacheKey(path, device());
    utimesSync(path, 1, 1);
    expect(cacheKey(path, device())).not.toBe(before);
  });

  test('changes with the device: gone, another mode, another node', () => {
    const path = program('qemu');
    const kvm = device();
    const keys = [cacheKey(path, kvm)];
    chmodSync(kvm, 0o666);
    keys.push(cacheKey(path, kvm), cacheKey(path, device('other')));
    rmSync(kvm);
    keys.push(cacheKey(path, kvm));
    expect(new Set(keys).size).toBe(4);
  });
});

describe('the cache', () => {
  const options = () => ({
    binary: join(room, 'qemu'),
    cache: join(room, 'cache'),
    device: join(room, 'kvm'),
  });
  const fill = (content: string) => {
    mkdirSync(join(room, 'cache'), { recursive: true });
    writeFileSync(join(room, 'cache', 'accelerator.json'), content);
  };
  const key = () => cacheKey(join(room, 'qemu'), join(room, 'kvm'));

  test('gives what was found out for the same binary, by whichever name', async () => {
    symlinkSync(program('qemu'), join(room, 'link'));
    device();
    fill(
      JSON.stringify([
        { key: 'another', report: { ...report, accelerator: 'tcg' } },
        { key: key(), report },
      ]),
    );
    const kept = { ...report, probed: false };
    expect(cachedAccelerator(options())).toEqual(kept);
    expect(cachedAccelerator({ ...options(), binary: join(room, 'link') })).toEqual(kept);
    expect(await probeAccelerator(new Scope(), options())).toEqual(kept);
  });

  test('does not know another device or another binary', () => {
    program('qemu');
    device();
    fill(JSON.stringify([{ key: key(), report }]));
    chmodSync(join(room, 'kvm'), 0o666);
    expect(cachedAccelerator(options())).toBeUndefined();
    expect(cachedAccelerator({ ...options(), binary: program('qemu2') })).toBeUndefined();
  });

  test('that is missing or corrupt holds nothing', () => {
    program('qemu');
    expect(cachedAccelerator(options())).toBeUndefined();
    const broken = [
      null,
      { key: key() },
      { key: key(), report: null },
      { key: key(), report: { ...report, accelerator: 'hvf' } },
      { key: key(), report: { ...report, candidates: [null] } },
    ];
    for (const content of ['', '[{', 'null', '{}', '7', '\0\0', JSON.stringify(broken)]) {
      fill(content);
      expect(cachedAccelerator(options()), content).toBeUndefined();
    }
  });

  test('is read in less than a millisecond', () => {
    program('qemu');
    fill(JSON.stringify(Array.from({ length: 16 }, (_, n) => ({ key: n === 15 ? key() : `${n}`, report }))));
    const times = Array.from({ length: 20 }, () => {
      const begun = performance.now();
      expect(cachedAccelerator(options())).toBeDefined();
      return performance.now() - begun;
    });
    expect(Math.min(...times)).toBeLessThan(1);
  });
});

test('a QEMU of other processors is not tried', () => {
  const binary = program('qemu-system-aarch64');
  const found = cachedAccelerator({ binary, cache: room });
  expect(found?.accelerator).toBe('tcg');
  expect(found?.reason).toBe(
    'KVM was not tried: this QEMU emulates aarch64, and the probe knows only x86_64; software emulation (TCG) is taken',
  );
});

test('a QEMU that is not there is an error', async () => {
  const options = { binary: join(room, 'qemu'), cache: room };
  expect(cachedAccelerator(options)).toBeUndefined();
  await expect(probeAccelerator(new Scope(), options)).rejects.toMatchObject({ code: 'tool-missing' });
});
