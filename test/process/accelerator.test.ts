import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Scope } from '../../src/base/scope.ts';
import {
  type Accelerator,
  type AcceleratorReport,
  cachedAccelerator,
  probeAccelerator,
} from '../../src/qemu/accelerator.ts';
import { eventually } from '../support/eventually.ts';
import { has } from '../support/has.ts';

const repository = resolve(import.meta.dirname, '../..');
const qemu = 'qemu-system-x86_64';
const x64 = process.arch === 'x64';

let room: string;
beforeEach(() => {
  room = mkdtempSync(join(tmpdir(), 'vivarium-accelerator-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(room, { recursive: true });
});

const of = (report: AcceleratorReport, name: Accelerator) =>
  report.candidates.find((candidate) => candidate.name === name);

/**
 * A program in QEMU's place; each run of it notes its pid. /dev/null opens as a working /dev/kvm does, where
 * the host is of the kind that has KVM for x86.
 */
function fake(script: string): { binary: string; cache: string; device: string; deadline: number } {
  const binary = join(room, 'qemu');
  mkdirSync(join(room, 'pids'));
  writeFileSync(binary, `#!/bin/sh\n: > ${room}/pids/$$\n${script}\n`);
  chmodSync(binary, 0o755);
  return { binary, cache: join(room, 'cache'), device: '/dev/null', deadline: 20_000 };
}

const pids = () => (existsSync(join(room, 'pids')) ? readdirSync(join(room, 'pids')) : []);

/** Those that run; a zombie has ended. */
const running = () =>
  pids().filter((pid) => {
    try {
      return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
    } catch {
      return false;
    }
  });

/** What was killed takes a moment to be gone. */
const ended = () => eventually(() => running().length === 0, 'all to be gone');

describe.skipIf(!has(qemu))('the real QEMU', () => {
  const deadline = 10_000; // a host may have much to do

  test('takes an accelerator that works, and remembers it', async () => {
    const options = { binary: qemu, cache: join(room, 'cache'), deadline };
    expect(cachedAccelerator(options)).toBeUndefined();
    const report = await probeAccelerator(new Scope(), options);
    expect(of(report, report.accelerator), report.reason).toMatchObject({ usable: true });
    expect(of(report, 'tcg'), report.reason).toMatchObject({ usable: true });
    expect(report.accelerator).toBe(of(report, 'kvm')?.usable ? 'kvm' : 'tcg');
    expect(report.probed).toBe(true);
    expect(cachedAccelerator(options)).toEqual({ ...report, probed: false });
    expect(await probeAccelerator(new Scope(), options)).toEqual({ ...report, probed: false });
  });

  test('without KVM takes software emulation', async () => {
    const device = join(room, 'kvm');
    const report = await probeAccelerator(new Scope(), { binary: qemu, cache: room, device, deadline });
    expect(report.reason).toBe(
      `KVM is not there: ${device} does not exist; software emulation (TCG) is taken`,
    );
    expect(report.accelerator).toBe('tcg');
  });

  test('two probes at once do not disturb each other', async () => {
    const options = { binary: qemu, cache: join(room, 'cache'), deadline };
    const reports = await Promise.all([1, 2].map(() => probeAccelerator(new Scope(), options)));
    expect(reports[0]?.accelerator).toBe(reports[1]?.accelerator);
    expect(cachedAccelerator(options)?.accelerator).toBe(reports[0]?.accelerator);
    expect(readdirSync(options.cache)).toEqual(['accelerator.json']);
  });

  const shut = process.getuid?.() === 0 && existsSync('/dev/kvm') && !(statSync('/dev/kvm').mode & 0o6);
  test.skipIf(!shut)('a user without the right to open KVM is told so', async () => {
    chmodSync(room, 0o777);
    const options = { binary: qemu, cache: join(room, 'cache'), deadline };
    const child = probeElsewhere(options, { uid: 65_534, gid: 65_534 });
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
    const [{ report }] = JSON.parse(readFileSync(join(room, 'cache', 'accelerator.json'), 'utf8'));
    expect(report.accelerator).toBe('tcg');
    expect(report.reason).toMatch(/^KVM may not be opened by this user: .* add yourself to the group kvm/);
    // Whoever may open it is not told so by the cache of who may not.
    expect(cachedAccelerator({ binary: qemu, cache: join(room, 'cache') })).toBeUndefined();
  });
});

describe.skipIf(!x64)('a QEMU that', () => {
  const scope = () => new Scope({ timeout: 30_000 });

  test('sleeps for ever is unusable at the deadline, and ended', async () => {
    const options = fake('sleep 1000');
    vi.stubEnv('TMPDIR', room);
    const begun = performance.now();
    const report = await probeAccelerator(scope(), { ...options, deadline: 300 });
    expect(performance.now() - begun).toBeGreaterThanOrEqual(299);
    expect(report.accelerator).toBe('tcg');
    expect(report.candidates.map((it) => it.usable)).toEqual([false, false]);
    expect(of(report, 'kvm')?.reason).toMatch(/^KVM opens, but 64-bit code did not finish within 300ms/);
    expect(of(report, 'tcg')?.reason).toMatch(/starts, but 64-bit code did not finish within 300ms/);
    await ended();
    expect(cachedAccelerator(options), 'what is slow altogether is not kept').toBeUndefined();
    expect(readdirSync(room).sort()).toEqual(['pids', 'qemu']);
  });

  test('hangs with KVM alone is used with software emulation', async () => {
    const options = fake('case "$*" in *kvm*) printf AB; sleep 1000;; *) printf ABCDEFK;; esac');
    // Only where software emulation takes less than a quarter of that is it kept.
    const report = await probeAccelerator(scope(), { ...options, deadline: 4000 });
    expect(report.accelerator).toBe('tcg');
    expect(report.reason).toMatch(/did not finish within 4s: .*; software emulation \(TCG\) is taken$/);
    expect(cachedAccelerator(options)).toEqual({ ...report, probed: false });
    await ended();
  });

  test('runs all code with KVM is used with KVM', async () => {
    const report = await probeAccelerator(scope(), fake('printf ABCDEFK'));
    expect(report).toMatchObject({ accelerator: 'kvm', reason: expect.stringMatching(/^KVM works: /) });
  });

  test('reports an internal error of KVM is ended at once', async () => {
    const report = await probeAccelerator(
      scope(),
      fake('echo "KVM internal error. Suberror: 1" >&2; sleep 1000'),
    );
    expect(of(report, 'kvm')?.reason).toMatch(/ended in a KVM internal error/);
    await ended();
  });

  test('resets before its guest has finished has crashed', async () => {
    const report = await probeAccelerator(scope(), fake('printf AB'));
    expect(of(report, 'kvm')?.reason).toMatch(/^KVM opens, but 64-bit code crashed/);
  });

  test('cannot use KVM just now is asked again', async () => {
    const options = fake(
      'case "$*" in *kvm*) echo "failed: Device or resource busy" >&2; exit 1;; *) printf ABCDEFK;; esac',
    );
    const report = await probeAccelerator(scope(), options);
    expect(report.reason).toMatch(/^QEMU does not start with KVM: failed: Device or resource busy; /);
    expect(cachedAccelerator(options)).toBeUndefined();
  });
});

describe.skipIf(!x64)('a fresh probe', () => {
  const works = 'printf ABCDEFK';
  const saying = (report: string) => ({ probed: true, reason: expect.stringMatching(report) });

  test('does not believe the cache, and corrects it', async () => {
    const options = fake(works);
    await probeAccelerator(new Scope(), options);
    expect(pids()).toHaveLength(2);
    expect(await probeAccelerator(new Scope(), options)).toMatchObject({ probed: false });
    expect(pids()).toHaveLength(2);
    expect(await probeAccelerator(new Scope(), { ...options, fresh: true })).toMatchObject(
      saying('^KVM works'),
    );
    expect(pids()).toHaveLength(4);
    expect(cachedAccelerator(options)).toMatchObject({ accelerator: 'kvm' });
  });

  test('forgets what was known, where what it finds may pass', async () => {
    const state = join(room, 'busy');
    const options = fake(
      `if [ -e ${state} ]; then case "$*" in *kvm*) echo "failed: busy" >&2; exit 1;; esac; fi; ${works}`,
    );
    await probeAccelerator(new Scope(), options);
    writeFileSync(state, '');
    const report = await probeAccelerator(new Scope(), { ...options, fresh: true });
    expect(report).toMatchObject(saying('^QEMU does not start with KVM: failed: busy'));
    expect(cachedAccelerator(options)).toBeUndefined();
  });

  test('leaves what is known of other programs', async () => {
    const options = fake(works);
    const other = join(room, 'other');
    copyFileSync(options.binary, other);
    await probeAccelerator(new Scope(), options);
    await probeAccelerator(new Scope(), { ...options, binary: other });
    await probeAccelerator(new Scope(), { ...options, fresh: true });
    expect(cachedAccelerator({ ...options, binary: other })).toBeDefined();
  });
});

test('the cache is bounded, and a corrupt one is replaced', async () => {
  const options = fake('printf ABCDEFK');
  const file = join(options.cache, 'accelerator.json');
  mkdirSync(options.cache);
  writeFileSync(file, '[{');
  const report = await probeAccelerator(new Scope(), options);
  const many = Array.from({ length: 40 }, (_, n) => ({ key: `boot ${n}`, report }));
  writeFileSync(file, JSON.stringify(many));
  await probeAccelerator(new Scope(), options);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveLength(16);
  expect(cachedAccelerator(options)).toBeDefined();
});

test('a cache that cannot be written is a warning', async () => {
  writeFileSync(join(room, 'cache'), '');
  const told: string[] = [];
  const scope = new Scope({ report: (it) => void told.push(`${it.kind}: ${it.text}`) });
  await probeAccelerator(scope, fake('printf ABCDEFK'));
  expect(told[1]).toMatch(/^warning: Which accelerator works cannot be kept in /);
});

describe.skipIf(!x64)('nothing is left running', () => {
  test('when the caller aborts', async () => {
    const abort = new AbortController();
    const probe = probeAccelerator(new Scope({ signal: abort.signal }), fake('sleep 1000'));
    const rejected = expect(probe).rejects.toMatchObject({ code: 'interrupted' });
    await eventually(() => pids().length === 2, 'both to begin');
    abort.abort();
    await rejected;
    await ended();
  });

  test("when the caller's time is over", async () => {
    const probe = probeAccelerator(new Scope({ timeout: 300 }), fake('sleep 1000'));
    await expect(probe).rejects.toMatchObject({ code: 'timeout' });
    await ended();
  });

  test('when our process exits', async () => {
    const child = probeElsewhere(fake('sleep 1000'));
    await eventually(() => running().length === 2, 'both to begin');
    child.stdin?.end();
    await once(child, 'exit');
    await ended();
  });

  test('when our process is killed, a second after the deadline', async () => {
    const child = probeElsewhere({ ...fake('sleep 1000'), deadline: 1000 });
    await eventually(() => pids().length === 2, 'both to begin');
    child.kill('SIGKILL');
    await ended();
  });
});

const canBuild = x64 && ['as', 'ld', 'objcopy'].every(has);
test.skipIf(!canBuild)('the probe guest that is shipped is the one that guest/probe builds', () => {
  const built = join(room, 'probe-guest.ts');
  const { status, stderr } = spawnSync(join(repository, 'guest/probe/build.sh'), [built]);
  expect(status, stderr.toString()).toBe(0);
  expect(readFileSync(built, 'utf8')).toBe(readFileSync(join(repository, 'src/qemu/probe-guest.ts'), 'utf8'));
});

/** Probes in a process of its own, which exits when that is done or its stdin ends. */
function probeElsewhere(options: object, as?: { uid: number; gid: number }): ChildProcess {
  // Another user may not read this checkout: the code is loaded before the user is changed.
  const drop = as ? `process.setgroups([]); process.setgid(${as.gid}); process.setuid(${as.uid});` : '';
  const script = `
    import { Scope } from ${JSON.stringify(join(repository, 'src/base/scope.ts'))};
    import { probeAccelerator } from ${JSON.stringify(join(repository, 'src/qemu/accelerator.ts'))};
    ${drop}
    process.stdin.on('end', () => process.exit(0)).resume();
    await probeAccelerator(new Scope(), ${JSON.stringify(options)});
    process.exit(0);`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'ignore', 'inherit'],
    cwd: '/',
  });
}
