import type { FastifyInstance } from 'fastify';
import { endless, Scope } from '../base/scope.ts';
import { encode } from '../protocol/wire.ts';
import { asSent } from './answer.ts';
import { callerOf } from './guard.ts';

/** Milliseconds after which a silent stream says that it is still there, so that proxies do not end it. */
const breath = 20_000;

/**
 * `GET /events`: what `host.events` tells, as server-sent events (HTML Living Standard 9.2), each named by its kind.
 * Who reads slowly gets the newest state of each thing, not all that was in between.
 */
export function eventRoute(app: FastifyInstance): void {
  app.get('/events', async (request, reply) => {
    const caller = callerOf(request);
    const { engine, until } = caller;
    using _place = caller.enter();
    const gone = new AbortController();
    reply.raw.on('close', () => gone.abort());
    const left = AbortSignal.any([gone.signal, until]);
    const changes = await engine.host.events({}, new Scope({ timeout: endless, signal: left }));
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const timer = setInterval(() => raw.write(':\n\n'), breath);
    const leaving = new Promise<void>((resolve) => {
      left.addEventListener('abort', () => resolve());
      if (left.aborted) resolve();
    });
    try {
      for await (const change of changes) {
        if (raw.write(`event: ${change.kind}\ndata: ${encode(change)}\n\n`)) continue;
        await Promise.race([new Promise((resolve) => raw.once('drain', resolve)), leaving]);
      }
    } catch (error) {
      raw.write(`event: error\ndata: ${encode(asSent(error, 'host.events').error)}\n\n`);
    } finally {
      clearInterval(timer);
      raw.end();
      if (left.aborted) raw.destroy(); // who does not read is not waited for
    }
  });
}
