import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errnoOf, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import type { Accelerator } from './accelerator-report.ts';
import { probeGuest } from './probe-guest.ts';

/** How a run of the probe guest (guest/probe/probe.S) ended. */
export interface GuestRun {
  ending: 'finished' | 'deadline' | 'gave up' | 'crashed' | 'refused';
  ms: number;
  /** What QEMU wrote to its stderr. */
  said: string;
}

/**
 * Runs the probe guest until it has ended; after `deadline` milliseconds, or with the scope, it is killed.
 * @throws `interrupted`, `timeout`, `tool-missing` for timeout(1)
 */
export async function runGuest(
  scope: Scope,
  path: string,
  name: Accelerator,
  deadline: number,
): Promise<GuestRun> {
  const image = openFirmware();
  const begun = performance.now();
  // timeout(1) ends QEMU even where this process is killed meanwhile. Their own process group lets both be
  // killed at once, and a shell script around QEMU with it.
  const child = spawn(
    'timeout',
    ['-s', 'KILL', String(Math.ceil(deadline / 1000) + 1), path, ...guestArgs(name)],
    { detached: true, stdio: ['ignore', 'pipe', 'pipe', image] },
  );
  closeSync(image);
  let cut: GuestRun['ending'] | undefined;
  let finished: number | undefined;
  let told = '';
  let said = '';
  const kill = () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, 'SIGKILL');
    }
  };
  const end = (ending: GuestRun['ending']) => {
    cut ??= ending;
    kill();
  };
  const timer = setTimeout(end, deadline, 'deadline');
  process.on('exit', kill);
  scope.signal.addEventListener('abort', kill);
  child.stdout?.on('data', (data: Buffer) => {
    told += data.toString('latin1');
    if (told.includes('K')) finished ??= performance.now() - begun;
  });
  child.stderr?.on('data', (data: Buffer) => {
    said += data.toString();
    if (said.includes('KVM internal error')) end('gave up');
  });
  try {
    if (scope.signal.aborted) kill();
    const [code] = (await once(child, 'close')) as [number | null];
    scope.check(() => ({
      awaited: 'the accelerator probe',
      lines: [],
      hint: 'Allow more time with --timeout.',
    }));
    if (finished !== undefined) return { ending: 'finished', ms: finished, said };
    const ending = cut ?? (code === 0 || told !== '' ? 'crashed' : 'refused');
    return { ending, ms: performance.now() - begun, said };
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    throw new VivariumError('tool-missing', { tool: 'timeout', purpose: 'to try an accelerator' });
  } finally {
    clearTimeout(timer);
    process.off('exit', kill);
    scope.signal.removeEventListener('abort', kill);
  }
}

/** q35 is in every build of QEMU; of its devices the guest uses COM1 and the local APIC. */
function guestArgs(name: Accelerator): string[] {
  const machine = ['-accel', name, '-machine', 'q35', '-m', '16', '-nodefaults', '-no-user-config'];
  return [...machine, '-display', 'none', '-serial', 'stdio', '-no-reboot', '-bios', '/dev/fd/3'];
}

/** The probe guest as a firmware of 64 KiB, the least that -bios takes, in a file without a name. */
function openFirmware(): number {
  const tail = Buffer.from(probeGuest, 'base64');
  const path = join(tmpdir(), `vivarium-probe-${randomUUID()}`);
  const file = openSync(path, 'wx+', 0o600);
  rmSync(path);
  writeSync(file, tail, 0, tail.length, 65_536 - tail.length);
  return file;
}
