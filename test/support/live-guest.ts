import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { job } from '../../src/qemu/devices/job.ts';
import { processor } from '../../src/qemu/devices/processor.ts';
import { attendJob } from '../../src/qemu/job-channel.ts';
import { Qmp } from '../../src/qemu/qmp.ts';
import { eventually } from './eventually.ts';

export interface LiveGuest {
  kernel: string;
  initrd: string;
  append: readonly string[];
  /** More of QEMU's arguments. */
  args?: readonly string[];
  memory?: string;
}

export interface LiveEnd {
  /** The job's exit code; undefined where the guest went without a word. */
  code: number | undefined;
  stdout: Buffer;
  stderr: Buffer;
  console: string;
}

export interface RunningGuest {
  qemu: ChildProcess;
  /** What the console has printed so far. */
  console(): string;
  type(text: string): void;
  /** Presses the power button. */
  powerOff(): Promise<void>;
  end: Promise<LiveEnd>;
}

/** Milliseconds that a job may take. */
const patience = 90_000;

/** Starts QEMU with a guest that has a job, and attends to that. */
export async function startLive(
  room: string,
  { kernel, initrd, append, args = [], memory = '512M' }: LiveGuest,
  input: Uint8Array | 'console' = Buffer.alloc(0),
): Promise<RunningGuest> {
  const place = mkdtempSync(join(room, 'guest-'));
  const line = ['console=ttyS0,115200', 'cryptomgr.notests', 'no_timer_check', ...append].join(' ');
  const sockets = { in: 'in', out: 'out', err: 'err', status: 'status' };
  const qemu = spawn(
    'qemu-system-x86_64',
    [
      ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-machine', 'q35'],
      ...['-accel', 'tcg', ...processor('tcg', undefined), '-m', memory],
      ...['-kernel', kernel, '-initrd', initrd],
      ...['-append', line, '-nic', 'user,model=virtio-net-pci', '-serial', 'stdio'],
      ...['-qmp', 'unix:qmp,server=on,wait=off', ...job(sockets), ...args],
    ],
    { cwd: place, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  let printed = '';
  qemu.stdout.setEncoding('latin1').on('data', (text) => {
    printed += text;
  });
  const closed = once(qemu, 'close');
  onTestFinished(async () => {
    qemu.kill('SIGKILL');
    await closed;
  });
  const at = (name: string) => join(place, name);
  const reachable = () => Qmp.connect(at('qmp'), 10_000).catch(() => undefined);
  (await eventually(reachable, 'QEMU to answer', 20_000))[Symbol.dispose]();
  const [output, error] = [new PassThrough(), new PassThrough()];
  const streams = input === 'console' ? {} : { input: Readable.from([input]), output, error };
  const written = Promise.all([buffer(output), buffer(error)]);
  const end = async (): Promise<LiveEnd> => {
    const paths = { in: at('in'), out: at('out'), err: at('err'), status: at('status') };
    // On a hung guest the console is the evidence.
    const signal = AbortSignal.timeout(patience);
    const code = await attendJob(paths, { ...streams, signal })
      .catch((cause: unknown) => {
        if (!signal.aborted) throw cause;
        return undefined;
      })
      .finally(() => {
        output.end();
        error.end();
      });
    const [stdout, stderr] = await written;
    if (signal.aborted) {
      const said = `${printed.slice(-3000)}\n${stdout.toString('latin1', 0, 2000)}\n${stderr}`;
      throw new Error(`the job did not end within ${patience} ms:\n${said}`);
    }
    await closed;
    return { code, stdout, stderr, console: printed };
  };
  return {
    qemu,
    console: () => printed,
    type: (text) => void qemu.stdin.write(text),
    powerOff: async () => {
      using qmp = await Qmp.connect(at('qmp'), 10_000);
      await qmp?.execute('system_powerdown');
    },
    end: end(),
  };
}
