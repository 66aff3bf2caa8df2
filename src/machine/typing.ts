import type { Socket } from 'node:net';
import { VivariumError } from '../base/errors.ts';
import { type Lock, lock } from '../host/lock.ts';
import { fileOf } from './files.ts';
import type { Machine } from './machine.ts';
import { hangUp, reachSocket, sendTo } from './reach-socket.ts';

/** The seat of who types at a machine's console: there is one, and a lock on the machine's log holds it. */
export class TypingSeat {
  readonly #machine: Machine;
  #lock: Lock | undefined;
  #socket: Socket | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /**
   * Takes it unless somebody else has it, and finds QEMU again where another one runs by now.
   * @throws `console-missing`
   */
  async take(): Promise<boolean> {
    this.#lock ??= await lock(fileOf(this.#machine, 'log'), { wait: 0 });
    if (!this.#lock) return false;
    if (this.#socket?.writable) return true;
    this.#socket = await reachSocket(this.#machine, 'console').catch((error) => {
      this.leave();
      throw error;
    });
    this.#socket.resume(); // QEMU waits for a reader; what is read here stands in the log as well
    return true;
  }

  /** Writes after all that was to be written before. @throws `console-busy` where somebody else types; `console-missing` */
  write(bytes: Uint8Array): Promise<void> {
    const written = this.#last.then(async () => {
      if (!(await this.take()) || !this.#socket)
        throw new VivariumError('console-busy', { name: this.#machine.name, what: 'console' });
      await sendTo(this.#socket, bytes);
    });
    this.#last = written.catch(() => {}); // told to who wrote it
    return written;
  }

  leave(): void {
    if (this.#socket) hangUp(this.#socket);
    this.#lock?.[Symbol.dispose]();
    this.#lock = undefined;
  }
}
