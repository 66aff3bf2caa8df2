import type { FastifyInstance } from 'fastify';
import { callerOf } from './guard.ts';
import type { Metrics } from './metrics.ts';

/** `GET /metrics` for Prometheus: who asks is told of the machines that they may see. */
export const metricsRoute =
  (metrics: Metrics) =>
  (app: FastifyInstance): void => {
    app.get('/metrics', async (request, reply) => {
      const text = await metrics.text(callerOf(request).engine);
      return await reply.type(metrics.contentType).serializer(String).send(text);
    });
  };
