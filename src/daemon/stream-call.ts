import { PassThrough } from 'node:stream';
import type { WebSocket } from 'ws';
import { Scope } from '../base/scope.ts';
import { callOf } from '../protocol/engine.ts';
import type { Operation } from '../protocol/operation.ts';
import { type OperationName, operations } from '../protocol/operations.ts';
import type { Execution, Terminal } from '../protocol/views.ts';
import { encode, executionStreams, type StreamMessage } from '../protocol/wire.ts';
import { asSent } from './answer.ts';
import type { Caller } from './caller.ts';
import { type Incoming, incoming } from './incoming.ts';

/** Bytes on their way to a caller beyond which it is not told of further steps. */
const behind = 65_536;

/** Serves one call of an operation over a WebSocket (see protocol/wire), to its end or until the caller goes. */
export async function serveStream(caller: Caller, name: OperationName, socket: WebSocket): Promise<void> {
  const from = incoming(socket);
  const to = outgoing(socket);
  const revoked = () => socket.close(1008, 'the token was revoked');
  caller.until.addEventListener('abort', revoked);
  if (caller.until.aborted) revoked();
  const input = new PassThrough().on('error', () => {}); // destroyed when the call has ended
  try {
    const call = await from.first;
    if (call.input !== undefined) feed(input, from, to);
    const scope = new Scope({
      timeout: call.timeout ?? (operations[name] as Operation).timeout,
      signal: from.aborted,
      report: (progress) => {
        if (socket.bufferedAmount < behind || progress.kind === 'warning') to.say({ progress });
      },
    });
    const parameters = {
      ...(call.parameters as object),
      ...(call.input !== undefined && { [call.input]: input }),
      ...(call.output !== undefined && { [call.output]: to.send }),
    };
    const result = await callOf(caller.engine)(name, parameters, scope);
    await to.say({ result: (await passOn(result, from, to)) ?? null });
  } catch (error) {
    await to.say({ error: asSent(error, name).error });
  } finally {
    caller.until.removeEventListener('abort', revoked);
    input.destroy();
    socket.close(1000);
  }
}

interface Outgoing {
  say(message: StreamMessage): Promise<void>;
  /** Resolves when the bytes are on their way: a slow reader slows down whoever sends. */
  send(bytes: Uint8Array): Promise<void>;
}

function outgoing(socket: WebSocket): Outgoing {
  const send = (data: string | Uint8Array) =>
    new Promise<void>((resolve) => {
      if (socket.readyState === socket.OPEN) socket.send(data, () => resolve());
      else resolve(); // the call is given up as well
    });
  return { say: (message) => send(encode(message)), send };
}

const answers = (to: Outgoing) => ({
  taken: () => to.say({ taken: true }),
  refused: (error: unknown) => to.say({ refused: asSent(error, 'writing').error }),
});

/** The bytes that come go to the operation as fast as it takes them. */
function feed(input: PassThrough, from: Incoming, to: Outgoing): void {
  const take = (bytes: Uint8Array) =>
    new Promise<void>((resolve, reject) =>
      input.write(bytes, (error) => (error ? reject(error) : resolve())),
    );
  from.flow(take, answers(to));
  from.ended.then(() => input.end());
  from.aborted.addEventListener('abort', () => input.destroy());
}

/** Sends what a result streams, to its end. @returns what it comes to */
async function passOn(result: unknown, from: Incoming, to: Outgoing): Promise<unknown> {
  if (result === null || typeof result !== 'object') return result;
  if ('scrollback' in result) return await passTerminal(result as Terminal, from, to);
  if ('output' in result && 'end' in result) return await passExecution(result as Execution, to);
  if (!(Symbol.asyncIterator in result)) return result;
  await to.say({ opened: { kind: 'items' } });
  for await (const item of result as AsyncIterable<unknown>) {
    await to.say({ item });
    if (from.aborted.aborted) break;
  }
  return null;
}

async function passTerminal(terminal: Terminal, from: Incoming, to: Outgoing): Promise<null> {
  const close = () => terminal.close();
  from.aborted.addEventListener('abort', close);
  if (from.aborted.aborted) close(); // while it was opened
  try {
    const { idle, canType, scrollback } = terminal;
    await to.say({ opened: { kind: 'terminal', idle: Number.isFinite(idle) ? idle : null, canType } });
    await to.send(scrollback);
    from.flow((bytes) => terminal.write(bytes), answers(to));
    for await (const bytes of terminal.output) {
      await to.send(bytes);
      if (from.aborted.aborted) break;
    }
    return null;
  } finally {
    close();
  }
}

async function passExecution({ output, end }: Execution, to: Outgoing): Promise<unknown> {
  end.catch(() => {}); // told below, or by the output
  await to.say({ opened: { kind: 'execution' } });
  for await (const { stream, bytes } of output) {
    const message = new Uint8Array(bytes.length + 1);
    message[0] = executionStreams.indexOf(stream) + 1;
    message.set(bytes, 1);
    await to.send(message);
  }
  return await end;
}
