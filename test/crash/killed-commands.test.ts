import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { crashPoints } from '../../src/host/crash-point.ts';
import { eventually } from '../support/eventually.ts';
import { type TestHome, testHome } from '../support/home.ts';
import { killAt } from '../support/kill-at.ts';
import { processesIn } from '../support/processes.ts';

const machine = ['m', '--disk', '16M', '--memory', '64M', '--network', 'none', '--wait', '1s'];

/** A machine of runit-vm outside of VMDIR, for an import to move. */
const elsewhere = (home: TestHome) => home.path('../elsewhere');
function makeRunitVm(home: TestHome): void {
  mkdirSync(join(elsewhere(home), 'templates'), { recursive: true });
  writeFileSync(join(elsewhere(home), 'templates/mem'), '-m 64M -display none -net none\n');
  writeFileSync(join(elsewhere(home), 'notes'), 'mine\n');
}

/** What is killed, and what has been done before; paths are relative to VMDIR. */
const scenes: Record<string, { prepare?: (home: TestHome) => void; before: string[][]; killed: string[] }> = {
  make: { before: [], killed: ['make', ...machine] },
  import: { prepare: makeRunitVm, before: [], killed: ['import', 'runit-vm', '../elsewhere', 'm', '--move'] },
  start: { before: [['make', ...machine]], killed: ['start', 'm'] },
  stop: {
    before: [
      ['make', ...machine],
      ['start', 'm'],
    ],
    killed: ['stop', 'm'],
  },
  quit: {
    before: [
      ['make', ...machine],
      ['start', 'm'],
    ],
    killed: ['stop', '--now', 'm'],
  },
  remove: {
    before: [
      ['make', ...machine],
      ['start', 'm'],
    ],
    killed: ['rm', '--force', 'm'],
  },
};

test.each(crashPoints)(
  'vm killed after %s: the next commands are right, and nothing is left',
  async (point) => {
    await using home = testHome();
    const scene = scenes[point.split(':')[0] as string] as (typeof scenes)[string];
    scene.prepare?.(home);
    for (const args of scene.before) expect((await home.vm(...args)).code).toBe(0);
    await killAt(home, point, scene.killed);

    // The list tells the truth: a machine is there whole, or not at all. QEMU may begin or end beside it.
    const pids = () => processesIn(home.path('m')).map(({ pid }) => pid);
    const before = pids();
    const { code, stdout } = await home.vm('list', '--json');
    const seen = [...before, ...pids()];
    expect(code).toBe(0);
    const listed: { name: string; state: string; pid?: number }[] = JSON.parse(stdout);
    for (const { state, pid } of listed) {
      expect(['stopped', 'starting', 'running', 'stopping']).toContain(state);
      if (pid !== undefined) expect(seen).toContain(pid);
    }

    // It can be brought into use again, whatever had become of it.
    if (listed.length === 0) expect((await home.vm('make', ...machine)).code).toBe(0);
    const stopped = await home.vm('stop', 'm');
    expect([stopped.code, stopped.stderr]).toEqual([0, expect.anything()]);
    const started = await home.vm('start', 'm');
    expect([started.code, started.stderr]).toEqual([0, '']);
    expect((await home.vm('status', 'm')).stdout).toContain('m: running');
    expect((await home.vm('rm', '--force', 'm')).code).toBe(0);
    expect(readdirSync(home.vmdir).filter((name) => name !== '.images' && name !== '.index.json')).toEqual(
      [],
    );
    await eventually(() => processesIn(home.vmdir).length === 0, 'all processes to be gone');
  },
);

test.each(['import: filled', 'import: placed'] as const)(
  'a machine that was being moved is whole where it was, or where it goes, when vm was killed after %s',
  async (point) => {
    await using home = testHome();
    makeRunitVm(home);
    await killAt(home, point, scenes.import?.killed ?? []);
    const whole = point === 'import: placed' ? home.path('m') : elsewhere(home);
    expect(readFileSync(join(whole, 'notes'), 'utf8')).toBe('mine\n');
    expect((await home.vm('import', 'runit-vm', elsewhere(home), 'again', '--move')).code).toBe(0);
  },
);

test('every crash point belongs to a scene', () => {
  for (const point of crashPoints) expect(scenes).toHaveProperty(point.split(':')[0] as string);
});
