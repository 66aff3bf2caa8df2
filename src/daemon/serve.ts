import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { errnoOf, VivariumError } from '../base/errors.ts';
import { localEngine } from '../engine/local.ts';
import { type Lock, lock } from '../host/lock.ts';
import { bootId, identityOf, type ProcessIdentity } from '../host/process-identity.ts';
import { listenAt } from '../host/unix-socket.ts';
import { type Home, openHome } from '../machine/home.ts';
import { ensureServiceDirectory, serviceFile } from '../machine/service-files.ts';
import type { Engine } from '../protocol/engine.ts';
import { aboutRoutes } from './about.ts';
import { type Address, addressText, hostsServed } from './address.ts';
import { Callers } from './caller.ts';
import { limitCrowd } from './crowd.ts';
import { eventRoute } from './event-stream.ts';
import { gameRoutes } from './game/routes.ts';
import type { Guards } from './guard.ts';
import { withHub } from './hub/hub.ts';
import { Metrics } from './metrics.ts';
import { metricsRoute } from './metrics-route.ts';
import { pageRoutes } from './page.ts';
import { recordWriter } from './records.ts';
import { buildServer, entrance } from './server.ts';
import { withTasks } from './tasks.ts';
import { wholePaths } from './whole-paths.ts';

export interface ServeOptions {
  env?: NodeJS.ProcessEnv;
  /** Where to listen beside the unix socket. */
  listen?: Address[];
  /** Names of this host that a request may use. */
  allowHosts?: string[];
  /** Is told in a line each what goes wrong and does not keep vmd from serving. */
  say?: (line: string) => void;
}

/** A vmd that serves. */
export interface Service extends AsyncDisposable {
  /** The path of its unix socket. */
  socket: string;
  /** Where it listens beside it, with the ports that it got: `127.0.0.1:8470`. */
  addresses: string[];
  engine: Engine;
  /** The vmd before was killed in this boot of the host: whatever was to start then has been started. */
  cameBack: boolean;
}

/**
 * Serves the machines of a home until it is disposed, which no machine notices.
 * @throws `service-running`, `directory-unusable`, `address-unusable`
 */
export async function serve({
  env = process.env,
  listen = [],
  allowHosts = [],
  say = () => {},
}: ServeOptions): Promise<Service> {
  const home = openHome(env);
  await using undo = new AsyncDisposableStack();
  undo.use(await takePlace(home));
  const cameBack = wasKilled(home);
  const metrics = new Metrics();
  const engine = withTasks(
    undo.use(withHub(wholePaths(localEngine(env)), { resynced: () => metrics.resynced() })),
  );
  const owners = new WeakSet<Socket>();
  const callers = undo.use(new Callers(engine, home, (it) => metrics.counted(it)));
  const guards: Guards = {
    owners,
    callers,
    servesHost: hostsServed(listen, allowHosts),
  };
  const app = await buildServer(guards, [
    aboutRoutes,
    eventRoute,
    gameRoutes,
    metricsRoute(metrics),
    pageRoutes,
  ]);
  undo.defer(() => app.close());
  const socket = serviceFile(home, 'socket');
  const door = entrance(app).on('connection', (it) => owners.add(it));
  metrics.watch(door, 'unix');
  rmSync(socket, { force: true }); // of one that was killed: the place is ours
  undo.defer(() => rmSync(socket, { force: true }));
  undo.use(closing(await listenAt(door, socket)));
  chmodSync(socket, 0o600);
  const addresses: string[] = [];
  for (const address of listen) {
    const server = entrance(app);
    limitCrowd(server);
    metrics.watch(server, 'tcp');
    undo.use(closing(await listenAtAddress(server, address)));
    addresses.push(addressText({ host: address.host, port: (server.address() as AddressInfo).port }));
  }
  recordWriter(home, say)('process', identityOf(process.pid));
  undo.defer(() => rmSync(serviceFile(home, 'process'), { force: true }));
  undo.defer(() => {
    for (const client of app.websocketServer.clients) client.close(1001);
    for (const client of app.websocketServer.clients) client.terminate();
  });
  const all = undo.move();
  return { socket, addresses, engine, cameBack, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** One vmd for a home. @throws `service-running` */
async function takePlace(home: Home): Promise<Lock> {
  ensureServiceDirectory(home);
  const file = serviceFile(home, 'lock');
  if (!existsSync(file)) writeFileSync(file, '', { flag: 'a', mode: 0o600 });
  const place = await lock(file, { wait: 0 });
  if (place) return place;
  throw new VivariumError('service-running', { directory: home.directory, pid: recorded(home)?.pid ?? 0 });
}

/** An orderly end takes the record away. */
const wasKilled = (home: Home): boolean => recorded(home)?.boot === bootId();

function recorded(home: Home): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(serviceFile(home, 'process'), 'utf8')) as ProcessIdentity;
  } catch {
    return undefined; // none, or half a one
  }
}

const closing = (server: Server): AsyncDisposable => ({
  [Symbol.asyncDispose]: () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
});

async function listenAtAddress(server: Server, { host, port }: Address): Promise<Server> {
  return await new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const problem =
        {
          EADDRINUSE: 'somebody listens there',
          EACCES: 'you may not listen there',
          EADDRNOTAVAIL: 'it is not of this host',
        }[errnoOf(error) ?? ''] ?? error.message;
      reject(new VivariumError('address-unusable', { address: addressText({ host, port }), problem }));
    });
    server.listen(port, host, () => resolve(server));
  });
}
