import { createServer, type Server, type ServerOptions, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import rateLimit from '@fastify/rate-limit';
import websocket from '@fastify/websocket';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { isVivariumError, VivariumError } from '../base/errors.ts';
import { decode, encode, subprotocol } from '../protocol/wire.ts';
import { asSent } from './answer.ts';
import { type Guards, guard } from './guard.ts';
import { feelPulse } from './pulse.ts';
import { asOurs, bodyLimit } from './refused-request.ts';
import { operationMethods, operationRoutes } from './routes.ts';

/** Requests within a minute: of one token, and of one address without any. */
const often = { known: 6000, unknown: 600 };

const limits: ServerOptions = {
  /** Milliseconds for a request's head, and for all of it: a slow one is answered with 408. */
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 2000,
  maxHeaderSize: 16_384,
};

/** Bytes of a body that is too large which are read all the same. */
const passedOver = 16 * 2 ** 20;

/** What vmd says over HTTP, before it listens anywhere. @param more routes beside the operations' */
export async function buildServer(
  guards: Guards,
  more: ((app: FastifyInstance) => void)[] = [],
): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    frameworkErrors: (error, _, reply) => {
      const invalid = new VivariumError('request-invalid', { problem: `cannot be read: ${error.message}` });
      (reply as FastifyReply).status(invalid.status).send({ error: invalid });
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_, body, done) => {
    try {
      done(null, body === '' ? {} : decode(body as string));
    } catch {
      done(new VivariumError('request-invalid', { problem: 'has a body that is no JSON' }));
    }
  });
  app.setReplySerializer((payload) => encode(payload));
  app.setErrorHandler((error, request, reply) => {
    const { status, error: sent } = asSent(
      asOurs(error),
      `${request.method} ${request.routeOptions.url ?? ''}`,
    );
    reply.status(status).headers(headersFor(error)).type('application/json').send({ error: sent });
  });
  app.addHook('onSend', async ({ headers }, reply) => {
    // Node then passes over the rest: who is cut off while sending never sees why.
    if (reply.statusCode === 413 && Number(headers['content-length']) <= passedOver)
      reply.removeHeader('connection');
  });
  guard(app, guards);
  await app.register(rateLimit, {
    timeWindow: 60_000,
    keyGenerator: ({ caller, ip }) => caller?.id ?? ip,
    max: ({ caller }) => (caller ? often.known : often.unknown),
    allowList: ({ caller }) => caller === guards.callers.owner,
    addHeaders: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    errorResponseBuilder: (_, { ttl }) =>
      new VivariumError('too-many-requests', { seconds: Math.ceil(ttl / 1000) }),
  });
  await app.register(websocket, {
    options: {
      maxPayload: bodyLimit,
      handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
    },
  });
  app.after(() => {
    app.setNotFoundHandler({ preHandler: app.rateLimit() }, ({ method, url }) => {
      const [path = ''] = url.split('?');
      const allowed =
        operationMethods.get(path) ??
        ['GET', 'HEAD', 'POST'].filter((it) => app.hasRoute({ method: it, url: path }));
      throw allowed.length > 0
        ? new VivariumError('method-unfit', { method, path, allowed })
        : new VivariumError('route-unknown', { method, path: url });
    });
    const pulse = feelPulse(app.websocketServer.clients);
    app.addHook('onClose', async () => clearInterval(pulse));
    operationRoutes(app);
    for (const add of more) add(app);
  });
  await app.ready();
  return app;
}

/** What a refusal says in its head, too (RFC 9110, 15.5.6 and 15.5.22). */
function headersFor(error: unknown): Record<string, string> {
  if (isVivariumError(error, 'method-unfit')) return { allow: error.details.allowed.join(', ') };
  return isVivariumError(error, 'websocket-needed') ? { upgrade: 'websocket' } : {};
}

/**
 * One more way in, of which each may have its own limits. What wants to be a WebSocket where there is none goes at once:
 * fastify would open it, or leave it open, for whoever comes.
 */
export function entrance(app: FastifyInstance): Server {
  const server = createServer(limits, app.routing);
  server.on('upgrade', (request, socket, head) => {
    const [path = ''] = (request.url ?? '').split('?');
    if (operationMethods.has(path)) app.server.emit('upgrade', request, socket, head);
    else refuseUpgrade(socket, path);
  });
  return server;
}

function refuseUpgrade(socket: Duplex, path: string): void {
  const { status, error } = asSent(new VivariumError('route-unknown', { method: 'WebSocket', path }), path);
  const body = encode({ error });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.on('error', () => {}).end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
