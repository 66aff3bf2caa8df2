import { once } from 'node:events';
import { statSync } from 'node:fs';
import type { Socket } from 'node:net';
import { errnoOf, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { lock } from '../host/lock.ts';
import { connectUnix } from '../host/unix-socket.ts';
import type { Terminal } from '../protocol/views.ts';
import { fileOf, type MachineFile } from './files.ts';
import { followLog } from './follow.ts';
import { isLiving, readLife } from './life.ts';
import { checkState } from './locked.ts';
import { readLogTail } from './log-file.ts';
import { exists, type Machine } from './machine.ts';
import { type Status, statusOf } from './status.ts';

/** Bytes of scrollback that a console shows first: a few screens. `vm logs` has all. */
const shownScrollback = 16_384;

/**
 * The serial console. Its output is read from the log, where QEMU puts every byte of it: so scrollback and what
 * follows join without a gap, and any number of people can watch. One at a time can type.
 * @throws `machine-state`, `console-missing`; writing throws `console-busy` where somebody else types
 */
export async function openConsole(scope: Scope, machine: Machine): Promise<Terminal> {
  const status = await statusOf(machine);
  checkState(machine, 'machine.console', status);
  if (!exists(fileOf(machine, 'log'))) {
    throw new VivariumError('console-missing', { name: machine.name, what: 'log' });
  }
  const typing = await lock(fileOf(machine, 'log'), { wait: 0 });
  const socket =
    typing &&
    (await reach(machine, 'console').catch((error) => {
      typing[Symbol.dispose]();
      throw error;
    }));
  socket?.resume(); // QEMU waits for a reader; what is read here stands in the log as well
  const closed = new AbortController();
  const signal = AbortSignal.any([scope.signal, closed.signal]);
  const { bytes, end } = readLogTail(machine, shownScrollback);
  const gone = () => !isLiving(machine, readLife(machine));
  return {
    scrollback: bytes.length < shownScrollback ? bytes : bytes.subarray(bytes.indexOf('\n') + 1),
    output: followLog(machine, end, signal, gone),
    idle: idleTime(machine, status),
    canType: socket !== undefined,
    write: async (typed) => {
      if (!socket) throw new VivariumError('console-busy', { name: machine.name, what: 'console' });
      await send(socket, typed);
    },
    close: () => {
      closed.abort();
      if (socket) leave(socket);
      typing?.[Symbol.dispose]();
    },
  };
}

/** QEMU's monitor for people. One at a time. @throws `machine-state`, `console-missing`, `console-busy` */
export async function openMonitor(scope: Scope, machine: Machine): Promise<Terminal> {
  checkState(machine, 'machine.monitor', await statusOf(machine));
  const socket = await reach(machine, 'monitor');
  scope.signal.addEventListener('abort', () => socket.destroy());
  const greeting = await firstWords(socket, machine);
  return {
    scrollback: greeting,
    output: socket as AsyncIterable<Buffer>,
    idle: Number.POSITIVE_INFINITY,
    canType: true,
    write: (bytes) => send(socket, bytes),
    close: () => leave(socket),
  };
}

/**
 * The screen: the RFB protocol (RFC 6143) as it comes from QEMU's VNC server, to which any number can talk at once.
 * @throws `machine-state`, `console-missing`
 */
export async function openScreen(scope: Scope, machine: Machine): Promise<Terminal> {
  checkState(machine, 'machine.screen', await statusOf(machine));
  const socket = await reach(machine, 'vnc');
  scope.signal.addEventListener('abort', () => socket.destroy());
  return {
    scrollback: Buffer.alloc(0),
    output: socket as AsyncIterable<Buffer>,
    idle: Number.POSITIVE_INFINITY,
    canType: true,
    write: (bytes) => send(socket, bytes),
    close: () => leave(socket),
  };
}

function idleTime(machine: Machine, { uptime = Number.POSITIVE_INFINITY }: Status): number {
  const log = statSync(fileOf(machine, 'logCurrent'), { throwIfNoEntry: false });
  return Math.min(uptime, log ? Date.now() - log.mtimeMs : uptime);
}

/** Half closed, so that QEMU still reads what was written last; one that hangs keeps nobody from going. */
function leave(socket: Socket): void {
  socket.end();
  socket.unref();
}

async function reach(
  machine: Machine,
  which: Extract<MachineFile, 'console' | 'monitor' | 'vnc'>,
): Promise<Socket> {
  try {
    return await connectUnix(fileOf(machine, which));
  } catch (error) {
    if (!['ENOENT', 'ECONNREFUSED'].includes(errnoOf(error) ?? '')) throw error;
    const what = which === 'vnc' ? 'screen' : which;
    throw new VivariumError('console-missing', { name: machine.name, what });
  }
}

/** QEMU greets on the monitor at once, unless another client has it. */
async function firstWords(socket: Socket, machine: Machine): Promise<Buffer> {
  const signal = AbortSignal.timeout(2000);
  try {
    await once(socket, 'readable', { signal });
    return (socket.read() as Buffer | null) ?? Buffer.alloc(0);
  } catch (error) {
    socket.destroy();
    if (!signal.aborted) throw error;
    throw new VivariumError('console-busy', { name: machine.name, what: 'monitor' });
  }
}

function send(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) =>
    socket.write(bytes, (error) => (error ? reject(error) : resolve())),
  );
}
