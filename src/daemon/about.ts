import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { packageFile } from '../host/package-files.ts';

/** What vmd says of itself to whoever asks: that it is well, and what it can be asked. */
export function aboutRoutes(app: FastifyInstance): void {
  app.get('/healthz', { config: { open: true }, exposeHeadRoute: true }, async () => ({ status: 'ok' }));
  app.get('/openapi.json', { config: { open: true } }, async (_, reply) =>
    reply.type('application/json').send(readFileSync(packageFile('share/openapi.json'))),
  );
}
