import { isVivariumError, VivariumError } from '../base/errors.ts';
import { awaiting, type Scope } from '../base/scope.ts';
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
        [headers.timeout]: String(Math.ceil(scope.left)),
        [headers.call]: id,
        ...(detached && { [headers.detached]: 'yes' }),
      },
      lost.signal,
    );
    return await readAnswer(transport, answer, scope);
  } catch (error) {
    if (lost.signal.aborted) scope.check(awaiting(`${transport.address} to end ${operation}`));
    throw isVivariumError(error) ? error : broken(transport, error);
  } finally {
    scope.signal.removeEventListener('abort', giveUp);
    lost.abort();
  }
}

/** The answer has ended in its midst: vmd was killed, or the network is gone. */
const broken = ({ address }: Transport, cause?: unknown) =>
  new VivariumError(
    'service-unreachable',
    { address, problem: 'the connection ended in the middle' },
    { cause },
  );

/** @returns whether there was such a call: where each connection has a service of its own, another one has it */
async function tellAbort(transport: Transport, call: string): Promise<boolean> {
  const answer = await transport.post(abortPath, JSON.stringify({ call }), {});
  return ((await readResult(answer)) as { aborted: boolean }).aborted;
}

/** The result, from one JSON text or from lines of progress with the result behind them. */
async function readAnswer(transport: Transport, answer: Answer, scope: Scope): Promise<unknown> {
  if (answer.type !== linesType) return await readResult(answer);
  let last: AnswerLine | undefined;
  for await (const line of lines(answer.body)) {
    last = decode(line) as AnswerLine;
    if ('progress' in last) scope.pass(last.progress);
  }
  if (!last || 'progress' in last) throw broken(transport);
  if ('error' in last) throw receivedError(last.error);
  return last.result;
}

/** The result of one JSON text. @throws the error that it is instead; `remote-failed` where it is no JSON */
export async function readResult({ status, body }: Answer): Promise<unknown> {
  const text = await whole(body);
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
