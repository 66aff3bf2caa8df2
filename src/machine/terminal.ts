import { once } from 'node:events';
import { statSync } from 'node:fs';
import type { Socket } from 'node:net';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import type { Terminal } from '../protocol/views.ts';
import { beginningIn } from './beginning.ts';
import { fileOf } from './files.ts';
import { followLog } from './follow.ts';
import { isLiving, readLife } from './life.ts';
import { checkState } from './locked.ts';
import { readLogTail } from './log-file.ts';
import { exists, type Machine } from './machine.ts';
import { hangUp, heardFrom, reachSocket, sendTo } from './reach-socket.ts';
import { type Status, statusOf } from './status.ts';
import { TypingSeat } from './typing.ts';

/** Bytes of scrollback that a console shows first where nothing else is asked: a few screens. `vm logs` has all. */
const usualScrollback = 16_384;

/**
 * The serial console. Its output is read from the log, where QEMU puts every byte of it: so scrollback and what
 * follows join without a gap, and any number of people can watch. One at a time can type; who cannot may try again.
 * @param shown bytes of scrollback
 * @throws `machine-state`, `console-missing`; writing throws `console-busy` where somebody else types
 */
export async function openConsole(
  scope: Scope,
  machine: Machine,
  shown: number = usualScrollback,
): Promise<Terminal> {
  const status = await statusOf(machine);
  checkState(machine, 'machine.console', status);
  if (!exists(fileOf(machine, 'log'))) {
    throw new VivariumError('console-missing', { name: machine.name, what: 'log' });
  }
  const seat = new TypingSeat(machine);
  const canType = await seat.take();
  const closed = new AbortController();
  const signal = AbortSignal.any([scope.signal, closed.signal]);
  const { bytes, end } = readLogTail(machine, shown);
  const gone = () => !isLiving(machine, readLife(machine));
  return {
    scrollback: bytes.length < shown ? bytes : bytes.subarray(beginningIn(bytes)),
    output: followLog(machine, end, signal, gone),
    idle: idleTime(machine, status),
    canType,
    write: (typed) => seat.write(typed),
    close: () => {
      closed.abort();
      seat.leave();
    },
  };
}

/** QEMU's monitor for people. One at a time. @throws `machine-state`, `console-missing`, `console-busy` */
export async function openMonitor(scope: Scope, machine: Machine): Promise<Terminal> {
  checkState(machine, 'machine.monitor', await statusOf(machine));
  const socket = await reachSocket(machine, 'monitor');
  scope.signal.addEventListener('abort', () => socket.destroy());
  const greeting = await firstWords(socket, machine);
  return {
    scrollback: greeting,
    output: heardFrom(socket),
    idle: Number.POSITIVE_INFINITY,
    canType: true,
    write: (bytes) => sendTo(socket, bytes, machine),
    close: () => hangUp(socket),
  };
}

/**
 * The screen: the RFB protocol (RFC 6143) as it comes from QEMU's VNC server, to which any number can talk at once.
 * @throws `machine-state`, `console-missing`
 */
export async function openScreen(scope: Scope, machine: Machine): Promise<Terminal> {
  checkState(machine, 'machine.screen', await statusOf(machine));
  const socket = await reachSocket(machine, 'vnc');
  scope.signal.addEventListener('abort', () => socket.destroy());
  return {
    scrollback: Buffer.alloc(0),
    output: heardFrom(socket),
    idle: Number.POSITIVE_INFINITY,
    canType: true,
    write: (bytes) => sendTo(socket, bytes, machine),
    close: () => hangUp(socket),
  };
}

function idleTime(machine: Machine, { uptime = Number.POSITIVE_INFINITY }: Status): number {
  const log = statSync(fileOf(machine, 'logCurrent'), { throwIfNoEntry: false });
  return Math.min(uptime, log ? Date.now() - log.mtimeMs : uptime);
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
