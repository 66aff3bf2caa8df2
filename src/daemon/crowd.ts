import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** Connections over TCP at the same time. */
const most = 1000;

/**
 * Keeps a crowd of connections from shutting others out: where there are too many, the one goes that has been idle for
 * longest. Those that are being answered, or that are WebSockets, stay; where all are busy, the newest has to go.
 */
export function limitCrowd(server: Server, limit = most): void {
  /** In the order in which they fell idle. */
  const idle = new Set<Socket>();
  const all = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    all.add(socket);
    idle.add(socket);
    socket.on('close', () => {
      all.delete(socket);
      idle.delete(socket);
    });
    if (all.size <= limit) return;
    const [first = socket] = idle;
    first.destroy();
  });
  server.on('request', ({ socket }: IncomingMessage, response) => {
    idle.delete(socket);
    response.once('close', () => {
      if (all.has(socket)) idle.add(socket);
    });
  });
  server.on('upgrade', ({ socket }: IncomingMessage) => {
    idle.delete(socket);
  });
}
