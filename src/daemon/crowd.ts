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
  const answering = new Map<Socket, number>();
  server.on('request', ({ socket }: IncomingMessage, response) => {
    idle.delete(socket);
    answering.set(socket, (answering.get(socket) ?? 0) + 1); // requests may come one on the heels of the other
    response.once('close', () => {
      const left = (answering.get(socket) ?? 1) - 1;
      if (left > 0) answering.set(socket, left);
      else answering.delete(socket);
      if (left === 0 && all.has(socket)) idle.add(socket);
    });
  });
  server.on('upgrade', ({ socket }: IncomingMessage) => {
    idle.delete(socket);
  });
}
