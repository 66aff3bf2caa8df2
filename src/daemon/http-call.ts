import type { FastifyReply, FastifyRequest } from 'fastify';
import { VivariumError } from '../base/errors.ts';
import { type Progress, Scope } from '../base/scope.ts';
import { callOf } from '../protocol/engine.ts';
import type { Operation } from '../protocol/operation.ts';
import { type OperationName, operations } from '../protocol/operations.ts';
import { encode, headers, linesType } from '../protocol/wire.ts';
import { asSent } from './answer.ts';
import type { Caller } from './caller.ts';
import type { Calls } from './calls.ts';

/** Answers one call of an operation that neither streams nor takes more bytes than a body may have. */
export async function answerCall(
  caller: Caller,
  calls: Calls,
  name: OperationName,
  parameters: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { timeout } = operations[name] as Operation;
  using _place = caller.enter();
  const call = calls.begin(caller.id, headerOf(request, headers.call));
  const detached = headerOf(request, headers.detached) !== undefined;
  const left = () => {
    if (!detached) call.abort();
  };
  reply.raw.once('close', left);
  caller.until.addEventListener('abort', call.abort);
  if (caller.until.aborted) call.abort();
  const wantsLines = request.headers.accept?.includes(linesType) ?? false;
  const scope = new Scope({
    timeout: asTimeout(headerOf(request, headers.timeout)) ?? timeout,
    signal: call.signal,
    ...(wantsLines && { report: (progress: Progress) => writeProgress(reply, progress) }),
  });
  try {
    const result = await callOf(caller.engine)(name, parameters, scope);
    if (reply.raw.headersSent) reply.raw.end(`${encode({ result: result ?? null })}\n`);
    else if (wantsPicture(request, result)) await reply.type('image/png').send(Buffer.from(result.png));
    else await reply.type('application/json').send(encode(result));
  } catch (error) {
    const { status, error: sent } = asSent(error, name);
    if (reply.raw.headersSent) reply.raw.end(`${encode({ error: sent })}\n`);
    else
      await reply
        .status(status)
        .type('application/json')
        .send(encode({ error: sent }));
  } finally {
    reply.raw.off('close', left);
    caller.until.removeEventListener('abort', call.abort);
    call.end();
  }
}

/** The first line brings the head of the answer; who reads slowly misses steps, which the next ones make up for. */
function writeProgress(reply: FastifyReply, progress: Progress): void {
  const { raw } = reply;
  if (!raw.headersSent) {
    reply.hijack();
    raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), 'content-type': linesType });
  }
  if (!raw.writableNeedDrain || progress.kind === 'warning') raw.write(`${encode({ progress })}\n`);
}

/** A browser's `img` and `curl -H 'Accept: image/png'` take the picture itself. */
const wantsPicture = (request: FastifyRequest, result: unknown): result is { png: Uint8Array } =>
  (request.headers.accept?.startsWith('image/png') ?? false) &&
  result !== null &&
  typeof result === 'object' &&
  'png' in result;

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Milliseconds. @throws `request-invalid` */
export function asTimeout(text: string | number | undefined): number | undefined {
  if (text === undefined) return undefined;
  const timeout = Number(text);
  if (Number.isFinite(timeout) && timeout >= 0) return timeout;
  throw new VivariumError('request-invalid', { problem: `has no timeout in milliseconds: ${String(text)}` });
}
