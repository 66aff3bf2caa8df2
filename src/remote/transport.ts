import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import WebSocket from 'ws';
import { VivariumError } from '../base/errors.ts';
import { readResult } from '../client/call.ts';
import { MessageQueue } from '../client/message-queue.ts';
import type { Answer, Channel, Transport } from '../client/transport.ts';
import { subprotocol } from '../protocol/wire.ts';

/** Where a service is, and how one gets there. */
export interface Way {
  /** For people: `ssh://me@box`, `/home/me/.local/share/vivarium/.vmd/socket`. */
  address: string;
  /** Its origin as HTTP has it; of a connection of one's own any will do. */
  url?: string;
  token?: string | undefined;
  /** A new connection to it, where it is not the URL that leads there. */
  connect?: () => Promise<Duplex>;
}

/** HTTP as Node has it: over TCP, or over whatever `connect` brings. */
export function nodeTransport({ address, url = 'http://localhost', token, connect }: Way): Transport {
  const secure = new URL(url).protocol === 'https:';
  const agent = secure ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  if (connect) {
    agent.createConnection = (_, done) => {
      connect().then(
        (socket) => done?.(null, socket),
        (error) => done?.(error, undefined as unknown as Duplex),
      );
      return undefined as unknown as Duplex; // given to `done`
    };
  }
  const open = new Set<WebSocket>();
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return {
    address,
    post: (path, body, headers, signal) =>
      new Promise<Answer>((resolve, reject) => {
        const options: RequestOptions = {
          agent,
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            ...headers,
            ...authorization,
          },
          ...(signal && { signal }),
        };
        const call = (secure ? secureRequest : request)(new URL(path, url), options, (response) =>
          resolve({ status: response.statusCode ?? 0, type: typeOf(response), body: response }),
        );
        call.on('error', (error) => reject(signal?.aborted ? error : unreachable(address, error)));
        call.end(body);
      }),
    open: async (path, signal) => {
      const socketUrl = new URL(path, url.replace(/^http/, 'ws'));
      const socket = new WebSocket(socketUrl, subprotocol, {
        headers: authorization,
        perMessageDeflate: false,
        maxPayload: 64 * 2 ** 20,
        ...(connect && { agent }),
      });
      open.add(socket.on('close', () => open.delete(socket)));
      return await opened(socket, address, signal);
    },
    close: () => {
      for (const socket of open) socket.terminate();
      agent.destroy();
    },
  };
}

const typeOf = ({ headers }: IncomingMessage): string => headers['content-type']?.split(';')[0] ?? '';

function opened(socket: WebSocket, address: string, signal: AbortSignal): Promise<Channel> {
  const leave = () => socket.terminate();
  signal.addEventListener('abort', leave);
  if (signal.aborted) leave();
  const received = new MessageQueue<string | Uint8Array>((wait) => (wait ? socket.pause() : socket.resume()));
  return new Promise<Channel>((resolve, reject) => {
    socket.on('message', (data: Buffer, binary) => received.push(binary ? data : data.toString()));
    socket.on('close', (code) => {
      received.end(code === 1000 ? undefined : unreachable(address, new Error('the connection is lost')));
    });
    socket.on('error', (error) => reject(unreachable(address, error)));
    socket.on('unexpected-response', (_, response) => {
      answered(response, address).then(reject, reject);
    });
    socket.on('open', () =>
      resolve({
        received,
        send: (message) => socket.send(message, () => {}), // a lost connection ends `received`
        close: () => {
          received.end();
          socket.resume(); // what is not read any more hides the other end's goodbye
          socket.close(1000);
        },
      }),
    );
  }).finally(() => signal.removeEventListener('abort', leave));
}

/** What the service says instead of opening the WebSocket. */
async function answered(response: IncomingMessage, address: string): Promise<Error> {
  const status = response.statusCode ?? 0;
  await readResult({ status, type: typeOf(response), body: response });
  return unreachable(address, new Error(`it answered ${status}`)); // no error, and no WebSocket
}

function unreachable(address: string, error: Error): VivariumError {
  if (error instanceof VivariumError) return error;
  const { code } = error as NodeJS.ErrnoException;
  const problem =
    {
      ECONNREFUSED: 'nobody listens there',
      ENOENT: 'nobody listens there',
      ENOTFOUND: 'the name is not known',
      EPROTO: 'it does not speak TLS, or not the same; vmd by itself is at http://',
    }[code ?? ''] ??
    (error.message || 'it does not answer');
  return new VivariumError('service-unreachable', { address, problem }, { cause: error });
}
