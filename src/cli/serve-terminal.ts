import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Terminal } from '../protocol/views.ts';

/** Those who connect to a port, each led to a terminal of its own; disposed, all are gone. */
export interface TerminalServer extends Disposable {
  address: AddressInfo;
}

/**
 * Listens on TCP.
 * @param once nobody but the first who comes is let in
 * @throws a system error, such as `EADDRINUSE`
 */
export async function serveTerminal(
  place: { host: string; port: number },
  open: () => Promise<Terminal>,
  options: { once?: boolean } = {},
): Promise<TerminalServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    if (options.once) server.close();
    sockets.add(socket.on('error', () => {})); // 'close' follows
    socket.once('close', () => sockets.delete(socket));
    open().then(
      (terminal) => join(socket, terminal),
      () => socket.destroy(), // it has ended since
    );
  });
  server.listen(place.port, place.host);
  await once(server, 'listening');
  return {
    address: server.address() as AddressInfo,
    [Symbol.dispose]: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Passes on what comes from either end, as fast as the other takes it, until one of them has gone. */
async function join(socket: Socket, terminal: Terminal): Promise<void> {
  const gone = new AbortController();
  socket.once('close', () => {
    gone.abort();
    terminal.close();
  });
  const typed = async () => {
    for await (const bytes of socket) await terminal.write(bytes as Buffer);
  };
  const shown = async () => {
    for await (const bytes of terminal.output)
      if (!socket.write(bytes)) await once(socket, 'drain', { signal: gone.signal });
  };
  await Promise.race([typed(), shown()]).catch(() => {}); // whichever end it was, both are closed now
  socket.destroy();
}
