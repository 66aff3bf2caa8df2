import { isVivariumError, VivariumError } from '../base/errors.ts';
import { awaiting, type Scope } from '../base/scope.ts';
import type { Chunk, CommandEnd, Execution, Terminal } from '../protocol/views.ts';
import { decode, encode, executionStreams, pathOf, type StreamMessage } from '../protocol/wire.ts';
import { MessageQueue } from './message-queue.ts';
import { receivedError } from './received-error.ts';
import type { Channel, Transport } from './transport.ts';

/** Bytes that go to an operation, whole or as they come; and where those go that come from it. */
export interface Bytes {
  input?: { parameter: string; bytes: string | Uint8Array | AsyncIterable<Uint8Array> };
  output?: { parameter: string; take: (bytes: Uint8Array) => Promise<void> };
}

/** Bytes in one message: what is larger goes in several. */
const piece = 64 * 1024;

/** Milliseconds in which a service has to end what was given up; one that is gone is not waited for. */
const grace = 5000;

/** One operation over a WebSocket: what streams, or takes bytes. */
export async function stream(
  transport: Transport,
  operation: string,
  parameters: unknown,
  scope: Scope,
  { input, output }: Bytes,
): Promise<unknown> {
  const given = awaiting(`${transport.address} to answer ${operation}`);
  scope.check(given);
  const lost = () =>
    new VivariumError('service-unreachable', {
      address: transport.address,
      problem: 'the connection ended in the middle',
    });
  const channel = await transport.open(pathOf(operation), scope.signal).catch((error) => {
    scope.check(given);
    throw error;
  });
  const taken: PromiseWithResolvers<void>[] = [];
  let over = false;
  let patience: ReturnType<typeof setTimeout> | undefined;
  const abort = () => {
    channel.send('{"abort":true}');
    patience = setTimeout(() => channel.close(), grace);
  };
  scope.signal.addEventListener('abort', abort, { once: true });
  const done = () => {
    over = true;
    clearTimeout(patience);
    scope.signal.removeEventListener('abort', abort);
    for (const answer of taken.splice(0)) answer.reject(lost());
    channel.close();
  };
  /** Resolves when the other end has taken the bytes. */
  const write = async (bytes: Uint8Array): Promise<void> => {
    for (let at = 0; at < bytes.length; at += piece) {
      if (over) throw lost();
      const answer = Promise.withResolvers<void>();
      taken.push(answer);
      channel.send(Uint8Array.from(bytes.subarray(at, at + piece)));
      await answer.promise;
    }
  };
  const timeout = Math.ceil(scope.left);
  channel.send(encode({ parameters, timeout, input: input?.parameter, output: output?.parameter }));
  if (input) feed(input.bytes, write, channel);
  const opening = Promise.withResolvers<unknown>();
  follow(channel, { scope, taken, opening, write, output, done, lost, isOver: () => over });
  return await opening.promise.catch((error) => {
    if (isVivariumError(error, 'service-unreachable')) scope.check(given);
    throw error;
  });
}

/** What a stream does with the messages that come. */
interface Ends {
  scope: Scope;
  taken: PromiseWithResolvers<void>[];
  opening: PromiseWithResolvers<unknown>;
  write: (bytes: Uint8Array) => Promise<void>;
  output: Bytes['output'];
  done: () => void;
  lost: () => VivariumError;
  /** Whether it is done, or nobody wants it any more. */
  isOver: () => boolean;
}

/** Reads the channel to its end. What fails is told to whoever waits: for the opening, the output, or an answer. */
async function follow(channel: Channel, ends: Ends): Promise<void> {
  const { scope, taken, opening, write, output, done, lost, isOver } = ends;
  const received = channel.received[Symbol.asyncIterator]();
  const settled = Promise.withResolvers<unknown>();
  settled.promise.catch(() => {}); // told where it is awaited
  const next = async (): Promise<StreamMessage | Uint8Array | undefined> => {
    for (;;) {
      const { value, done: over } = await received.next();
      if (over) throw lost();
      if (typeof value !== 'string') return value;
      const message = decode(value) as StreamMessage;
      if ('progress' in message) scope.pass(message.progress);
      else if ('taken' in message) taken.shift()?.resolve();
      else if ('refused' in message) taken.shift()?.reject(receivedError(message.refused));
      else if ('error' in message) throw receivedError(message.error);
      else if ('result' in message) {
        settled.resolve(message.result);
        return undefined;
      } else return message;
    }
  };
  const fail = (error: unknown) => {
    settled.reject(error);
    opening.reject(error);
    done();
  };
  /** All that comes until the result, at the pace of whoever reads it; who leaves early ends the call. */
  const rest = async function* () {
    try {
      for (let message = await next(); message !== undefined; message = await next()) yield message;
    } catch (error) {
      const left = isOver(); // closed by who reads: that is an end
      fail(error);
      if (!left) throw error;
    } finally {
      done();
    }
  };
  try {
    let first = await next();
    while (first instanceof Uint8Array) {
      await output?.take(first);
      first = await next();
    }
    if (first === undefined) {
      opening.resolve(await settled.promise);
      done();
    } else if (!('opened' in first)) throw lost();
    else if (first.opened.kind === 'items') opening.resolve(items(rest()));
    else if (first.opened.kind === 'execution') {
      opening.resolve({
        output: chunks(rest()),
        end: settled.promise as Promise<CommandEnd>,
      } satisfies Execution);
    } else {
      const scrollback = (await next()) as Uint8Array;
      const { idle, canType } = first.opened;
      const terminal: Terminal = {
        scrollback,
        output: pumped(rest()),
        idle: idle ?? Number.POSITIVE_INFINITY,
        canType,
        write,
        close: done,
      };
      opening.resolve(terminal);
    }
  } catch (error) {
    fail(error);
  }
}

/** Read ahead, as far as the queue likes: among the output come the answers to what is typed. */
function pumped(messages: AsyncIterable<StreamMessage | Uint8Array>): AsyncIterable<Uint8Array> {
  let room = Promise.withResolvers<void>();
  room.resolve();
  const queue = new MessageQueue<Uint8Array>((wait) => {
    if (wait) room = Promise.withResolvers();
    else room.resolve();
  });
  (async () => {
    for await (const message of messages) {
      if (message instanceof Uint8Array) queue.push(message);
      await room.promise;
    }
    queue.end();
  })().catch((error) => queue.end(error));
  return queue;
}

async function* items(messages: AsyncIterable<StreamMessage | Uint8Array>): AsyncGenerator<unknown> {
  for await (const message of messages) if ('item' in message) yield message.item;
}

async function* chunks(messages: AsyncIterable<StreamMessage | Uint8Array>): AsyncGenerator<Chunk> {
  for await (const message of messages) {
    const stream = message instanceof Uint8Array ? executionStreams[(message[0] ?? 1) - 1] : undefined;
    if (stream) yield { stream, bytes: (message as Uint8Array).subarray(1) };
  }
}

/** Sends all of the input, each piece when the one before it was taken. */
async function feed(
  bytes: NonNullable<Bytes['input']>['bytes'],
  write: (bytes: Uint8Array) => Promise<void>,
  channel: Channel,
): Promise<void> {
  try {
    if (typeof bytes === 'string') await write(new TextEncoder().encode(bytes));
    else if (bytes instanceof Uint8Array) await write(bytes);
    else for await (const some of bytes) await write(some);
    channel.send('{"input":"end"}');
  } catch {
    // The call has ended before its input, and says why.
  }
}
