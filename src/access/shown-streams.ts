import type { Terminal } from '../protocol/views.ts';
import type { Veil } from './host-paths.ts';
import { shownError } from './shown-errors.ts';
import { around, aroundTerminal } from './streams.ts';
import type { View } from './view.ts';

/** A stream that fails as its reader may see it, if it does. */
export function failingAsShown(stream: unknown, view: View): unknown {
  return around(stream, {
    output: (it) => withShownErrors(it, view),
    promise: async (it) => {
      try {
        return await it;
      } catch (error) {
        throw shownError(error, view);
      }
    },
  });
}

async function* withShownErrors<T>(output: AsyncIterable<T>, view: View): AsyncGenerator<T> {
  try {
    yield* output;
  } catch (error) {
    throw shownError(error, view);
  }
}

/** Letters that are held back at most: a guest can begin a line like one of QEMU's, and never end it. */
const longest = 65_536;

/** A log without paths of the host. QEMU's words stand in it, which are not a guest's: a line is shown when it is whole. */
export async function* shownLog(
  texts: AsyncIterable<string>,
  { guest, begins }: Veil,
): AsyncGenerator<string> {
  let rest = '';
  for await (const text of texts) {
    const whole = rest + text;
    const begun = begins(whole);
    const held = begun > longest ? 0 : begun;
    rest = whole.slice(whole.length - held);
    if (held < whole.length) yield guest(whole.slice(0, whole.length - held));
  }
  if (rest !== '') yield guest(rest);
}

/** A console without paths of the host: what QEMU says before its guest does stands on it as well. */
export function shownTerminal(terminal: Terminal, veil: Veil): Terminal {
  return Object.assign(aroundTerminal(terminal, { output: (it) => it }), {
    scrollback: veiled(terminal.scrollback, veil),
    output: shownBytes(terminal.output, veil),
  });
}

async function* shownBytes(output: AsyncIterable<Uint8Array>, veil: Veil): AsyncGenerator<Uint8Array> {
  for await (const bytes of output) yield veiled(bytes, veil);
}

/** Byte by byte as it was, but for the paths. */
function veiled(bytes: Uint8Array, { touches, guest }: Veil): Uint8Array {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return touches(buffer) ? Buffer.from(guest(buffer.toString('latin1')), 'latin1') : bytes;
}
