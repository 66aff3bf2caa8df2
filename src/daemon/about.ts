import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { packageFile } from '../host/package-files.ts';

/** What vmd says of itself to whoever asks: that it is well, and what it can be asked. */
export function aboutRoutes(app: FastifyInstance): void {
  app.get('/healthz', open, async () => ({ status: 'ok' }));
  app.get('/openapi.json', open, async (_, reply) =>
    reply.type('application/json').send(readFileSync(packageFile('share/openapi.json'))),
  );
}

const open = { config: { open: true }, exposeHeadRoute: true };
