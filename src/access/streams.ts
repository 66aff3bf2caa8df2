import type { Execution, Terminal } from '../protocol/views.ts';

/** What is put around the parts of a stream. */
export interface Around {
  output<T>(output: AsyncIterable<T>): AsyncIterable<T>;
  /** Around what else it promises: that bytes are taken, and how a command ends. */
  promise?<T>(promise: Promise<T>): Promise<T>;
}

/** A stream of any kind, terminal, execution or items, with something around its parts. */
export function around(stream: unknown, { output, promise = (it) => it }: Around): unknown {
  if (isTerminal(stream)) return aroundTerminal(stream, { output, promise });
  if (!isExecution(stream)) return output(stream as AsyncIterable<unknown>);
  const end = promise(stream.end);
  end.catch(() => {}); // told to who waits for it, and may be to nobody
  return { output: output(stream.output), end };
}

/** It is written to and closed as before, whatever object it is. */
export function aroundTerminal(terminal: Terminal, { output, promise = (it) => it }: Around): Terminal {
  return {
    scrollback: terminal.scrollback,
    output: output(terminal.output),
    idle: terminal.idle,
    get canType() {
      return terminal.canType;
    },
    write: (bytes) => promise(terminal.write(bytes)),
    close: () => terminal.close(),
  };
}

const isTerminal = (stream: unknown): stream is Terminal =>
  typeof stream === 'object' && stream !== null && 'scrollback' in stream;

const isExecution = (stream: unknown): stream is Execution =>
  typeof stream === 'object' && stream !== null && 'output' in stream && 'end' in stream;
