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

/** A way for HTTP to a port of this host, which may be slow or lose answers, and counts what is under way on it. */
export interface Gate extends AsyncDisposable {
  url: string;
  /** Milliseconds that each answer is held back for; it goes on at once when this is made less. */
  delay: number;
  /** Of so many answers one gets lost, when the question has been answered; 0 for none. */
  losesOneOf: number;
  /** The requests so far. */
  count: number;
  /** The most that were under way at once. */
  most: number;
}

/** Milliseconds between two looks at whether what is held back may go on. */
const tick = 20;

export async function gateTo(port: number): Promise<Gate> {
  let underWay = 0;
  const state = { delay: 0, losesOneOf: 0, count: 0, most: 0 };
  const server = createServer(async (near, answer) => {
    underWay++;
    answer.on('close', () => underWay--);
    const number = ++state.count;
    state.most = Math.max(state.most, underWay);
    const arrived = performance.now();
    const body = await buffer(near).catch(() => undefined);
    const far = body && (await passOn(port, near, body, answer));
    while (!answer.destroyed && performance.now() < arrived + state.delay) await setTimeout(tick);
    if (!far || (state.losesOneOf > 0 && number % state.losesOneOf === 0)) answer.destroy();
    else answer.writeHead(far.status, far.headers).end(far.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
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
  far.on('error', () => {}); // of a question that was given up; others are seen below
  asker.on('close', () => far.destroy());
  far.end(body);
  try {
    const [answer] = (await once(far, 'response')) as [IncomingMessage];
    return { status: answer.statusCode as number, headers: answer.headers, body: await buffer(answer) };
  } catch {
    return undefined; // whoever asks sees that
  }
}
