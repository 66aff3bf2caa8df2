import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';

/** A way for HTTP to a port of this host, which may be slow or closed, and counts what is under way on it. */
export interface Gate extends AsyncDisposable {
  url: string;
  /** Milliseconds that each answer is held back for; Infinity for ever. */
  delay: number;
  /** What is answered in place of the port: a status. */
  status: number | undefined;
  /** The most requests that were under way at once. */
  most: number;
  /** The requests so far, by path. */
  counts: Map<string, number>;
}

/** Milliseconds between two looks at whether what is held back may go on. */
const tick = 20;

export async function gateTo(port: number): Promise<Gate> {
  let underWay = 0;
  const gate: Omit<Gate, 'url' | typeof Symbol.asyncDispose> = {
    delay: 0,
    status: undefined,
    most: 0,
    counts: new Map(),
  };
  const server = createServer(async (near, answer) => {
    underWay++;
    gate.most = Math.max(gate.most, underWay);
    const path = near.url ?? '';
    gate.counts.set(path, (gate.counts.get(path) ?? 0) + 1);
    answer.on('close', () => underWay--);
    const arrived = performance.now();
    const body = await buffer(near).catch(() => undefined);
    if (!body) return;
    const far = gate.status === undefined ? await passOn(port, near, body, answer) : undefined;
    while (!answer.destroyed && performance.now() < arrived + gate.delay) await setTimeout(tick);
    if (answer.destroyed) return;
    if (gate.status !== undefined) answer.writeHead(gate.status).end();
    else if (!far) answer.destroy();
    else answer.writeHead(far.status, far.headers).end(far.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const end = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return Object.assign(gate, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: end,
  });
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** @returns what the port answers; undefined where nobody does. Given up when `asker` hangs up. */
async function passOn(
  port: number,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  asker: ServerResponse,
): Promise<Answer | undefined> {
  const far = request({ host: '127.0.0.1', port, method, path: url, headers, agent: false });
  asker.on('close', () => far.destroy());
  far.end(body);
  try {
    const [answer] = (await once(far, 'response')) as [IncomingMessage];
    return { status: answer.statusCode as number, headers: answer.headers, body: await buffer(answer) };
  } catch {
    return undefined;
  }
}
