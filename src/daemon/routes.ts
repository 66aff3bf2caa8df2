import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import { VivariumError } from '../base/errors.ts';
import { type Operation, onlyLooks } from '../protocol/operation.ts';
import { type OperationName, operations } from '../protocol/operations.ts';
import { abortPath, pathOf } from '../protocol/wire.ts';
import type { Caller } from './caller.ts';
import { Calls } from './calls.ts';
import { callerOf } from './guard.ts';
import { answerCall } from './http-call.ts';
import { fromQuery } from './query.ts';
import { serveStream } from './stream-call.ts';

/** By the path of each operation the methods that it is asked by: a stream by that of a WebSocket's handshake. */
export const operationMethods: ReadonlyMap<string, string[]> = new Map(
  (Object.entries(operations) as [OperationName, Operation][]).map(([name, operation]) => [
    pathOf(name),
    operation.stream ? ['GET'] : onlyLooks(operation) ? ['GET', 'POST'] : ['POST'],
  ]),
);

/**
 * Every operation of the table: by POST with its parameters as JSON, by GET with a query where it only looks, and over
 * a WebSocket.
 */
export function operationRoutes(app: FastifyInstance, calls = new Calls()): void {
  for (const [name, operation] of Object.entries(operations) as [OperationName, Operation][]) {
    const url = pathOf(name);
    const answer = (parameters: unknown, request: FastifyRequest, reply: FastifyReply) => {
      if (operation.stream) throw new VivariumError('websocket-needed', { operation: name, path: url });
      return answerCall(callerOf(request), calls, name, parameters, request, reply);
    };
    app.post(url, (request, reply) => answer(asParameters(request.body), request, reply));
    app.route({
      method: 'GET',
      url,
      handler: (request, reply) => {
        const allowed = operationMethods.get(url) ?? [];
        if (!allowed.includes('GET'))
          throw new VivariumError('method-unfit', { method: 'GET', path: url, allowed });
        return answer(fromQuery(operation, request.query as Record<string, string>), request, reply);
      },
      wsHandler: (socket: WebSocket, request) => serveStream(callerOf(request), name, socket),
    });
  }
  app.post(abortPath, async (request) => ({ aborted: abort(calls, callerOf(request), request.body) }));
}

function abort(calls: Calls, { id }: Caller, body: unknown): boolean {
  const { call } = asParameters(body);
  if (typeof call !== 'string') throw new VivariumError('request-invalid', { problem: 'names no call' });
  return calls.abort(id, call);
}

/** @throws `request-invalid` */
function asParameters(body: unknown): Record<string, unknown> {
  if (body === undefined || body === null) return {};
  if (typeof body === 'object' && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new VivariumError('request-invalid', { problem: 'has a body that is no object' });
}
