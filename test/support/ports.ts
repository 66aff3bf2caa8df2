import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { type EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** A TCP port of this host that was free a moment ago. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = anyPort();
    const server = createServer().listen(port, '127.0.0.1');
    if (!(await comes(server, 'listening'))) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

/** Somebody else's server on a port of its own. */
export async function listening(): Promise<Server> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** A UDP port of this host that was free a moment ago. */
export async function freeUdpPort(): Promise<number> {
  for (;;) {
    const port = anyPort();
    const socket = createSocket('udp4').bind(port, '127.0.0.1');
    const free = await comes(socket, 'listening');
    socket.close();
    if (free) return port;
  }
}

/** None of those that the kernel gives to whoever names none. */
const anyPort = () => randomInt(10_000, 32_768);

/** Whether that comes, and no error. */
const comes = (of: EventEmitter, event: string): Promise<boolean> =>
  once(of, event).then(
    () => true,
    () => false,
  );
