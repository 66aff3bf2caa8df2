import { once } from 'node:events';
import type { Socket } from 'node:net';
import { isVivariumError, VivariumError } from '../base/errors.ts';
import { type Lock, lock } from '../host/lock.ts';
import { fileOf } from './files.ts';
import type { Machine } from './machine.ts';
import { hangUp, reachSocket, sendTo } from './reach-socket.ts';

/**
 * The seat of who types at a machine's console: there is one, and a lock on the machine's log holds it.
 *
 * QEMU is reached for each piece that is typed, and let go at once. A client that stays and is slow to read what the
 * guest prints makes QEMU try again, and log twice what it tried (qemu_chr_write_buffer in its chardev/char.c): what
 * all others see, who read the log, would be garbled.
 */
export class TypingSeat {
  readonly #machine: Machine;
  #lock: Lock | undefined;
  #socket: Socket | undefined;
  #left = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Takes the seat unless somebody else has it. @throws `console-missing` where QEMU does not listen */
  async take(): Promise<boolean> {
    if (!this.#lock)
      await this.write(new Uint8Array(0)).catch((error) => {
        if (isVivariumError(error, 'console-busy')) return;
        this.#letGo(); // whoever could not come in holds no seat
        throw error;
      });
    return this.#lock !== undefined;
  }

  /** Writes after all that was to be written before. @throws `console-busy` where somebody else types; `console-missing` */
  write(bytes: Uint8Array): Promise<void> {
    const written = this.#last.then(() => this.#write(bytes));
    this.#last = written.catch(() => {}); // told to who wrote it
    return written;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (!this.#left) this.#lock ??= await lock(fileOf(this.#machine, 'log'), { wait: 0 });
    if (this.#left) this.#letGo(); // meanwhile
    if (!this.#lock) throw new VivariumError('console-busy', { name: this.#machine.name, what: 'console' });
    if (this.#socket && !this.#socket.closed) {
      this.#socket.ref(); // now somebody waits for it
      await once(this.#socket, 'close'); // it serves one at a time
    }
    this.#socket = await reachSocket(this.#machine, 'console');
    this.#socket.resume(); // what the guest prints meanwhile stands in the log as well
    await sendTo(this.#socket, bytes, this.#machine);
    hangUp(this.#socket);
  }

  /** For good: what is written from now on is refused. */
  leave(): void {
    this.#left = true;
    this.#letGo();
  }

  #letGo(): void {
    this.#lock?.[Symbol.dispose]();
    this.#lock = undefined;
  }
}
