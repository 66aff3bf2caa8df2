import type { Socket } from 'node:net';
import { type Duplex, finished } from 'node:stream';
import { localEngine } from '../engine/local.ts';
import { openHome } from '../machine/home.ts';
import { callOf, engineOf } from '../protocol/engine.ts';
import { Callers } from './caller.ts';
import { eventRoute } from './event-stream.ts';
import { buildServer, entrance } from './server.ts';
import { wholePaths } from './whole-paths.ts';

/**
 * Serves one connection of the owner of a home, where no vmd does. Resolves when it has ended and what was begun over
 * it is done, or taken back.
 */
export async function serveConnection(connection: Duplex, env: NodeJS.ProcessEnv): Promise<void> {
  const underWay = new Set<Promise<unknown>>();
  const call = callOf(wholePaths(localEngine(env)));
  const engine = engineOf((...of) => {
    const done = call(...of).finally(() => underWay.delete(done));
    underWay.add(done);
    return done;
  });
  const owners = new WeakSet<Socket>();
  using callers = new Callers(engine, openHome(env));
  const app = await buildServer({ owners, callers, servesHost: () => false }, [eventRoute]);
  const server = entrance(app).on('connection', (it) => owners.add(it));
  const ended = new Promise<void>((resolve) => finished(connection, () => resolve()));
  server.emit('connection', connection);
  await ended;
  await Promise.allSettled(underWay);
  await app.close();
}
