import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { type AnswerLine, abortPath, decode, encode, headers, linesType, pathOf } from '../protocol/wire.ts';
import { receivedError } from './received-error.ts';
import type { Answer, Transport } from './transport.ts';

/** Milliseconds in which a service that has missed its own deadline may still say so. */
const grace = 5000;

/** One operation by POST: its progress goes to the scope, and giving up is waited for, as the local engine does. */
export async function call(
  transport: Transport,
  operation: string,
  parameters: unknown,
  scope: Scope,
  { detached = false } = {},
): Promise<unknown> {
  scope.check();
  const id = crypto.randomUUID();
  const lost = new AbortController();
  const giveUp = () => {
    if (detached) return lost.abort();
    // What was begun is taken back first; a service that is gone, or does not know of it, is not waited for.
    const told = scope.interrupted ? tellAbort(transport, id) : Promise.resolve(true);
    told.then((known) => known || lost.abort()).catch(() => lost.abort());
    const timer = setTimeout(() => lost.abort(), scope.interrupted ? 12 * grace : grace);
    lost.signal.addEventListener('abort', () => clearTimeout(timer));
  };
  scope.signal.addEventListener('abort', giveUp, { once: true });
  try {
    const answer = await transport.post(
      pathOf(operation),
      encode(parameters ?? {}),
      {
        accept: `${linesType}, application/json`,
        [headers.timeout]: String(Math.min(Math.ceil(scope.left), 2 ** 31 - 1)),
        [headers.call]: id,
        ...(detached && { [headers.detached]: 'yes' }),
      },
      lost.signal,
    );
    return await readAnswer({ ...answer, body: unbroken(answer.body, transport) }, scope);
  } catch (error) {
    if (!lost.signal.aborted) throw error;
    scope.check(() => ({
      awaited: `${transport.address} to end ${operation}`,
      lines: [],
      hint: 'Allow more time with --timeout.',
    }));
    throw error;
  } finally {
    scope.signal.removeEventListener('abort', giveUp);
    lost.abort();
  }
}

/** @returns whether there was such a call: where each connection has a service of its own, another one has it */
async function tellAbort(transport: Transport, call: string): Promise<boolean> {
  const { status, body } = await transport.post(abortPath, JSON.stringify({ call }), {});
  const { aborted } = resultOf(await whole(body), status) as { aborted: boolean };
  return aborted;
}

/** What comes of an answer; one that breaks off says so. */
async function* unbroken(
  body: AsyncIterable<Uint8Array>,
  { address }: Transport,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    const problem = 'the connection ended in the middle of an answer';
    throw new VivariumError('service-unreachable', { address, problem }, { cause: error });
  }
}

/** The result, from one JSON text or from lines of progress with the result behind them. */
async function readAnswer({ status, type, body }: Answer, scope: Scope): Promise<unknown> {
  if (type !== linesType) return resultOf(await whole(body), status);
  let last: AnswerLine | undefined;
  for await (const line of lines(body)) {
    last = decode(line) as AnswerLine;
    if ('progress' in last) scope.pass(last.progress);
  }
  if (!last || 'progress' in last)
    throw new VivariumError('request-invalid', { problem: 'was not answered to its end' });
  if ('error' in last) throw receivedError(last.error);
  return last.result;
}

function resultOf(text: string, status: number): unknown {
  let value: unknown;
  try {
    value = decode(text);
  } catch {
    throw new VivariumError('remote-failed', {
      code: String(status),
      said: `It answered ${status}, and no JSON.`,
    });
  }
  if (status < 400) return value;
  throw receivedError((value as { error: Parameters<typeof receivedError>[0] }).error);
}

async function whole(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of body) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
}

async function* lines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of body) {
    const parts = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    yield* parts.filter((line) => line !== '');
  }
  if (rest !== '') yield rest;
}
