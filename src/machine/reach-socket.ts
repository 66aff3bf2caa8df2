import type { Socket } from 'node:net';
import { errnoOf, VivariumError } from '../base/errors.ts';
import { connectUnix } from '../host/unix-socket.ts';
import { fileOf, type MachineFile } from './files.ts';
import type { Machine } from './machine.ts';

/** Connects to one of QEMU's lines. @throws `console-missing` */
export async function reachSocket(
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

/** Resolves when QEMU has taken the bytes. @throws `console-missing` where it has hung up meanwhile */
export function sendTo(socket: Socket, bytes: Uint8Array, { name }: Machine): Promise<void> {
  return new Promise((resolve, reject) =>
    socket.write(bytes, (error) => {
      if (!error) resolve();
      else if (!gone.has(errnoOf(error) ?? '')) reject(error);
      else reject(new VivariumError('console-missing', { name, what: 'line' }, { cause: error }));
    }),
  );
}

const gone: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET']);

/** Half closed, so that QEMU still reads what was written last; one that hangs keeps nobody from going. */
export function hangUp(socket: Socket): void {
  socket.end();
  socket.unref();
}

/** What comes, until either end has hung up, in the middle too. */
export async function* heardFrom(socket: Socket): AsyncGenerator<Buffer> {
  try {
    yield* socket as AsyncIterable<Buffer>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}
