import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { VivariumError } from '../base/errors.ts';
import type { Caller, Callers } from './caller.ts';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | undefined;
    /** Why there is none. */
    refusal: unknown;
  }
  interface FastifyContextConfig {
    /** Served to whoever asks: it shows nothing of any machine. */
    open?: boolean;
  }
}

export interface Guards {
  /** Connections by which only the owner of this host's machines comes. */
  owners: WeakSet<Socket>;
  callers: Pick<Callers, 'owner' | 'authenticate'>;
  /** Whether a request may name this host (a Host header, without its port). */
  servesHost(host: string): boolean;
}

/**
 * Finds out who calls before anything is read of what they say: first the hosts and origins that are served, against
 * DNS rebinding and pages of other sites, then the token. Rate limits see the caller, and are asked before it is
 * refused.
 */
export function guard(app: FastifyInstance, guards: Guards): void {
  app.decorateRequest('caller', undefined);
  app.decorateRequest('refusal', undefined);
  app.addHook('onRequest', async (request) => {
    if (guards.owners.has(request.raw.socket)) {
      if (request.headers.origin !== undefined) checkOrigin(request, guards); // a page, through a port that leads here
      request.caller = guards.callers.owner;
      return;
    }
    checkOrigin(request, guards);
    const token = tokenOf(request);
    if (token === undefined && request.routeOptions.config.open) return; // nobody is refused who need not be known
    try {
      request.caller = guards.callers.authenticate(token, request.ip);
    } catch (error) {
      request.refusal = error;
    }
  });
  // A WebSocket that is refused before anything knows that it is one would stay open.
  app.addHook('onResponse', async (request) => {
    if (request.headers.upgrade !== undefined && !request.ws) request.raw.socket.destroySoon();
  });
  app.addHook('preParsing', async (request) => {
    if (request.routeOptions.config.open) return;
    const caller = callerOf(request);
    if (!request.ws || request.raw.socket.closed) return;
    const place = caller.enter(); // as long as the connection, however it ends
    request.raw.socket.once('close', () => place[Symbol.dispose]());
  });
}

/** Who calls. @throws `token-invalid` */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller) return request.caller;
  throw request.refusal;
}

/** @throws `origin-refused` */
function checkOrigin({ headers }: FastifyRequest, { servesHost }: Guards): void {
  const host = headers.host ?? '';
  const name = /^(\[[0-9a-f:.]+\]|[^:]*)(?::\d+)?$/i.exec(host)?.[1]?.toLowerCase();
  if (name === undefined || !servesHost(name)) {
    throw new VivariumError('origin-refused', { header: 'Host', value: host });
  }
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
    throw new VivariumError('origin-refused', { header: 'Origin', value: origin });
  }
}

/** From the header, or of a browser's WebSocket from its subprotocols. */
function tokenOf({ headers }: FastifyRequest): string | undefined {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  const [, protocol] = /(?:^|[ ,])bearer\.([\w-]+)/.exec(headers['sec-websocket-protocol'] ?? '') ?? [];
  return bearer ?? protocol;
}
