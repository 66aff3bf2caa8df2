import type { FastifyInstance } from 'fastify';
import { callerOf } from './guard.ts';
import type { Metrics } from './metrics.ts';

/** Prometheus' text format (Exposition formats, version 0.0.4). */
const textFormat = 'text/plain; version=0.0.4; charset=utf-8';

/** `GET /metrics` for Prometheus: who asks is told of the machines that they may see. */
export const metricsRoute =
  (metrics: Metrics) =>
  (app: FastifyInstance): void => {
    app.get('/metrics', { exposeHeadRoute: true }, async (request, reply) => {
      const text = await metrics.text(callerOf(request).engine);
      return await reply.type(textFormat).serializer(String).send(text);
    });
  };
