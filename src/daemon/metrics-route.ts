import type { FastifyInstance } from 'fastify';
import { callerOf } from './guard.ts';
import type { Metrics } from './metrics.ts';

/** `GET /metrics`, for Prometheus: it sends its token as a bearer (`authorization` of a scrape configuration). */
export function metricsRoute(app: FastifyInstance, metrics: Metrics): void {
  app.get('/metrics', async (request, reply) =>
    reply.type(metrics.contentType).send(Buffer.from(await metrics.text(callerOf(request).engine))),
  );
}
