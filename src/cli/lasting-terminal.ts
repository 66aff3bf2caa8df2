import { isVivariumError } from '../base/errors.ts';
import type { Terminal } from '../protocol/views.ts';
import { comeBack } from './come-back.ts';

/** What brings a terminal to its first state (RIS): the screen as it is now is drawn anew behind it. */
const reset = '\x1bc';

/** How the service that a terminal comes from may be away for a while. */
export interface Lasting {
  /** Opens it once more. Only `service-unreachable` is tried again; a machine that has ended meanwhile is an end. */
  open(): Promise<Terminal>;
  /** Where nobody wants it any more. */
  signal: AbortSignal;
  /** Called when the connection is lost. */
  lost(): void;
}

/**
 * A terminal that outlives the service it comes from: where the connection is lost it is opened again, and its output
 * goes on with a reset and the screen as it is then. What is typed meanwhile waits.
 * @throws what the first `open` throws
 */
export async function lastingTerminal({ open, signal, lost }: Lasting): Promise<Terminal> {
  const closed = new AbortController();
  const unwanted = AbortSignal.any([signal, closed.signal]);
  let current = await open();
  let reached: Promise<Terminal> = Promise.resolve(current);
  const again = async (): Promise<Terminal | undefined> => {
    try {
      return await comeBack(open, unwanted);
    } catch (error) {
      if (!isVivariumError(error, 'machine-state') && !isVivariumError(error, 'machine-not-found'))
        throw error;
    }
    return undefined;
  };
  const output = async function* () {
    for (;;) {
      try {
        yield* current.output;
        return;
      } catch (error) {
        if (!isVivariumError(error, 'service-unreachable')) throw error;
      }
      if (unwanted.aborted) return;
      lost();
      const back = again();
      reached = back.then((it) => it ?? current);
      reached.catch(() => {}); // told by the output
      const next = await back;
      if (!next) return;
      current = next;
      if (unwanted.aborted) return current.close();
      yield Buffer.concat([Buffer.from(reset), current.scrollback]);
    }
  };
  return {
    scrollback: current.scrollback,
    output: output(),
    idle: current.idle,
    get canType() {
      return current.canType;
    },
    write: async (bytes) => await (await reached).write(bytes),
    close: () => {
      closed.abort();
      current.close();
    },
  };
}
