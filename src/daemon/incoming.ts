import type { WebSocket } from 'ws';
import { VivariumError } from '../base/errors.ts';
import { type CallMessage, decode } from '../protocol/wire.ts';

/** Bytes that a caller may have on their way to an operation before it is made to wait. */
const room = 2 ** 20;

/** Bytes that a message takes beside its own, while it waits. */
const each = 1024;

/** Milliseconds in which a WebSocket has to say what it is for. */
const patience = 10_000;

/** Takes bytes; resolves when they are where they belong. */
export type Take = (bytes: Uint8Array) => Promise<void>;

/** What a caller says over a WebSocket: the first message, and then bytes, the end of them, or that it gives up. */
export interface Incoming {
  first: Promise<CallMessage>;
  /** To whom bytes go from now on; those that came before are kept for it. Each piece is answered when it is taken. */
  flow(take: Take, answer: { taken(): void; refused(error: unknown): void }): void;
  /** Resolves when the caller has sent the last of its bytes. */
  ended: Promise<void>;
  /** Aborts when the caller gives up or is gone. */
  aborted: AbortSignal;
}

/** @throws by `first`: `request-invalid` where it is no call, or does not come */
export function incoming(socket: WebSocket): Incoming {
  const first = Promise.withResolvers<CallMessage>();
  const ended = Promise.withResolvers<void>();
  const flowing = Promise.withResolvers<(bytes: Buffer) => Promise<void>>();
  const aborted = new AbortController();
  first.promise.catch(() => {}); // told where it is awaited
  const silent = setTimeout(() => first.reject(invalid('does not say what it is for')), patience);
  let begun = false;
  let waiting = 0;
  let order: Promise<void> = Promise.resolve();
  /** Does something when all that came before it is done. */
  const enqueue = (size: number, act: () => Promise<void>) => {
    waiting += size + each;
    if (waiting > room) socket.pause();
    order = order.then(act).then(() => {
      waiting -= size + each;
      if (socket.isPaused && waiting <= room) socket.resume();
    });
  };
  socket.on('message', (data: Buffer, binary: boolean) => {
    if (binary && begun) return enqueue(data.length, async () => await (await flowing.promise)(data));
    const text = binary ? '' : data.toString();
    if (begun) {
      if (text === '{"abort":true}') aborted.abort();
      if (text === '{"input":"end"}') enqueue(0, async () => ended.resolve());
      return;
    }
    begun = true;
    clearTimeout(silent);
    try {
      first.resolve(asCall(text));
    } catch (error) {
      first.reject(error);
    }
  });
  socket.on('error', () => socket.terminate()); // a frame that is none, or too large: 'close' follows
  socket.on('close', () => {
    clearTimeout(silent);
    first.reject(invalid('ended before it said what it is for'));
    aborted.abort();
  });
  return {
    first: first.promise,
    flow: (to, { taken, refused }) => flowing.resolve((bytes) => to(bytes).then(taken, refused)),
    ended: ended.promise,
    aborted: aborted.signal,
  };
}

const invalid = (problem: string) => new VivariumError('request-invalid', { problem });

/** @throws `request-invalid` */
function asCall(text: string): CallMessage {
  let call: unknown;
  try {
    call = decode(text);
  } catch {
    throw invalid('does not begin with JSON');
  }
  if (call === null || typeof call !== 'object' || Array.isArray(call))
    throw invalid('does not begin with an object');
  const { parameters = {}, timeout, input, output } = call as Record<string, unknown>;
  if (parameters === null || typeof parameters !== 'object' || Array.isArray(parameters)) {
    throw invalid('has parameters that are no object');
  }
  for (const name of [input, output]) {
    if (name !== undefined && typeof name !== 'string')
      throw invalid('names its bytes by something that is no text');
  }
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout >= 0)) {
    throw invalid('has no timeout in milliseconds');
  }
  return call as CallMessage;
}
