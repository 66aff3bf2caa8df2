import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Scope } from '../../src/base/scope.ts';
import { identityOf, isAlive } from '../../src/host/process-identity.ts';
import { readServiceStatus, type ServiceStatus } from '../../src/runit/status.ts';
import { control, findSupervisor, startSupervisor, supervisorAlive } from '../../src/runit/supervisor.ts';
import { eventually } from '../support/eventually.ts';
import { has } from '../support/has.ts';
import { testRoot } from '../support/place.ts';

let room: string;
let service: string;
beforeEach(() => {
  room = mkdtempSync(join(testRoot, 'runit-'));
  service = join(room, 'service');
  mkdirSync(service);
  writeFileSync(join(service, 'down'), '');
  script('run', 'exec sleep 1000');
});
afterEach(async () => {
  control(service, 'k');
  control(service, 'x');
  await eventually(() => !supervisorAlive(service), 'runsv to go');
  rmSync(room, { recursive: true });
});

function script(name: string, text: string): void {
  writeFileSync(join(service, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(service, name), 0o755);
}

const supervise = () => startSupervisor(new Scope({ timeout: 10_000 }), service, process.env);

/** Waits for a status that has all of this in it. */
const becomes = (wanted: Partial<ServiceStatus>) =>
  eventually(
    () => {
      const status = readServiceStatus(service);
      return status &&
        Object.entries(wanted).every(([key, value]) => status[key as keyof ServiceStatus] === value)
        ? status
        : undefined;
    },
    () => `${JSON.stringify(wanted)}; it is ${JSON.stringify(readServiceStatus(service))}`,
    10_000,
  );

describe.skipIf(!has('runsv'))('a real runsv', () => {
  test('takes commands when it has been started, and is not there before', async () => {
    expect(supervisorAlive(service)).toBe(false);
    expect(control(service, 'u')).toBe(false);
    expect(findSupervisor(service)).toBeUndefined();
    await supervise();
    expect(supervisorAlive(service)).toBe(true);
    expect(await becomes({ state: 'down' })).toMatchObject({ pid: 0, want: 'down', paused: false });
    const { pid = 0, by } = findSupervisor(service) ?? {};
    expect(by).toBe('vm');
    expect(readFileSync(`/proc/${pid}/comm`, 'utf8')).toBe('runsv\n');
  });

  test('says what runs, since when, and what it is to do', async () => {
    await supervise();
    const began = Date.now();
    control(service, 'u');
    const up = await becomes({ state: 'run' });
    expect(up).toMatchObject({ want: 'up', paused: false, gotTerm: false });
    expect(isAlive(identityOf(up.pid) ?? { pid: 0, started: '', boot: '' })).toBe(true);
    expect(Math.abs(up.since - began)).toBeLessThan(5000);
    control(service, 'p');
    await becomes({ paused: true });
    control(service, 'c');
    await becomes({ paused: false });
    control(service, 'd');
    expect(await becomes({ state: 'down' })).toMatchObject({ want: 'down', pid: 0 });
  });

  test('tells that TERM was sent to what does not heed it, and when finish is at work', async () => {
    script('run', "trap '' TERM; echo >up; while :; do sleep 0.05; done");
    script('finish', 'while [ ! -e go ]; do sleep 0.05; done');
    await supervise();
    control(service, 'o');
    await eventually(() => existsSync(join(service, 'up')), 'run to begin');
    control(service, 't');
    await becomes({ state: 'run', gotTerm: true });
    control(service, 'k');
    expect((await becomes({ state: 'finish' })).pid).toBeGreaterThan(0);
    writeFileSync(join(service, 'go'), '');
    await becomes({ state: 'down' });
  });

  test('leaves a status behind when it goes, and nobody listens any more', async () => {
    await supervise();
    control(service, 'x');
    await eventually(() => !supervisorAlive(service), 'runsv to go');
    expect(readServiceStatus(service)).toMatchObject({ state: 'down' });
    expect(control(service, 'u')).toBe(false);
    expect(findSupervisor(service)).toBeUndefined();
  });

  test('goes on in a directory that is renamed', async () => {
    await supervise();
    renameSync(service, join(room, 'moved'));
    expect(supervisorAlive(service)).toBe(false);
    service = join(room, 'moved');
    expect(control(service, 'u')).toBe(true);
    await becomes({ state: 'run' });
  });
});

test.skipIf(!has('runsvdir'))('a runsv of a runsvdir is told from one of ours', async () => {
  const all = join(room, 'all');
  mkdirSync(all);
  const scan = spawn('runsvdir', [all], { cwd: room, stdio: 'ignore' });
  renameSync(service, join(all, 'service'));
  service = join(all, 'service');
  await eventually(() => supervisorAlive(service), 'runsvdir to see it');
  expect(findSupervisor(service)?.by).toBe('runsvdir');
  scan.kill('SIGKILL');
  await once(scan, 'exit');
});

test('without runsv it says what is missing', async () => {
  const path = process.env.PATH;
  process.env.PATH = room;
  const starting = startSupervisor(new Scope(), service, process.env);
  process.env.PATH = path;
  await expect(starting).rejects.toMatchObject({ code: 'tool-missing', details: { tool: 'runsv' } });
});
