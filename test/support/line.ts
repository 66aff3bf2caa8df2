import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a port of this host that can be cut, as a network can. */
export interface Line extends AsyncDisposable {
  url: string;
  /** Ends what goes over it, and takes nothing more until it is mended. */
  cut(): void;
  mend(): void;
}

export async function lineTo(port: number): Promise<Line> {
  const ends = new Set<Socket>();
  let whole = true;
  const keep = (socket: Socket) => {
    ends.add(socket);
    socket.on('error', () => {}); // an end that is cut off is an end
    socket.on('close', () => ends.delete(socket));
  };
  const server = createServer((near) => {
    if (!whole) return near.destroy();
    const far = connect(port, '127.0.0.1');
    keep(near);
    keep(far);
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
    return undefined;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    whole = false;
    for (const socket of ends) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    mend: () => {
      whole = true;
    },
    [Symbol.asyncDispose]: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
