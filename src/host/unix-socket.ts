import { closeSync, openSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { basename, dirname } from 'node:path';

/**
 * Connects to a unix socket at a path of any length: sun_path takes 107 bytes (unix(7)), so the connection goes
 * through an open descriptor of its directory.
 * @throws a system error: `ENOENT`, `ECONNREFUSED` (nobody listens)
 */
export async function connectUnix(path: string): Promise<Socket> {
  const directory = openSync(dirname(path), 'r');
  return await new Promise<Socket>((resolve, reject) => {
    const socket = connect(`/proc/self/fd/${directory}/${basename(path)}`);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject).on('error', () => {}); // 'close' follows
      resolve(socket);
    });
  }).finally(() => closeSync(directory));
}

/** Listens at a path of any length, which must be free. */
export async function listenUnix(path: string): Promise<Server> {
  return await listenAt(createServer(), path);
}

/** Has a server listen at a path of any length, which must be free. */
export async function listenAt<S extends Server>(server: S, path: string): Promise<S> {
  const directory = openSync(dirname(path), 'r');
  return await new Promise<S>((resolve, reject) => {
    server.once('error', reject);
    server.listen(`/proc/self/fd/${directory}/${basename(path)}`, () => {
      server.off('error', reject);
      resolve(server);
    });
  }).finally(() => closeSync(directory));
}
