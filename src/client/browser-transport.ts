import { VivariumError } from '../base/errors.ts';
import { pathOf, subprotocol, tokenProtocol } from '../protocol/wire.ts';
import { readResult } from './call.ts';
import { MessageQueue } from './message-queue.ts';
import type { Answer, Channel, Transport } from './transport.ts';

/** HTTP by what every browser has (Node has it as well, but not for unix sockets). */
export function browserTransport(url: string, token: string | undefined): Transport {
  const unreachable = (problem: string) =>
    new VivariumError('service-unreachable', { address: url, problem });
  const post: Transport['post'] = async (path, body, headers, signal): Promise<Answer> => {
    const authorization: Record<string, string> =
      token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(new URL(path, url), {
      method: 'POST',
      headers: new Headers({ 'content-type': 'application/json', ...headers, ...authorization }),
      body,
      ...(signal && { signal }),
    }).catch((error) => {
      if (signal?.aborted) throw error;
      throw unreachable('it does not answer');
    });
    const type = response.headers.get('content-type')?.split(';')[0] ?? '';
    return { status: response.status, type, body: pieces(response) };
  };
  return {
    address: url,
    post,
    open: async (path, signal) => {
      const address = new URL(path, url);
      address.protocol = address.protocol.replace('http', 'ws');
      const protocols = [subprotocol, ...(token === undefined ? [] : [tokenProtocol(token)])];
      try {
        return await opened(new WebSocket(address, protocols), signal, unreachable);
      } catch (error) {
        // No browser tells why a WebSocket was refused; what is asked otherwise is refused for the same reason.
        if (!signal.aborted) await readResult(await post(pathOf('token.self'), '{}', {}, signal));
        throw error;
      }
    },
    close: () => {},
  };
}

async function* pieces({ body }: Response): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  for (;;) {
    const piece = await reader?.read();
    if (!piece || piece.done) return;
    yield piece.value;
  }
}

async function opened(
  socket: WebSocket,
  signal: AbortSignal,
  unreachable: (problem: string) => Error,
): Promise<Channel> {
  socket.binaryType = 'arraybuffer';
  const received = new MessageQueue<string | Uint8Array>();
  const leave = () => socket.close();
  signal.addEventListener('abort', leave);
  if (signal.aborted) leave();
  try {
    await new Promise<void>((resolve, reject) => {
      socket.onopen = () => resolve();
      socket.onerror = () => reject(unreachable('it does not take the connection'));
      socket.onmessage = ({ data }) => received.push(typeof data === 'string' ? data : new Uint8Array(data));
      socket.onclose = ({ code }) => {
        received.end(code === 1000 ? undefined : unreachable('the connection is lost'));
        reject(unreachable('it does not take the connection'));
      };
    });
  } finally {
    signal.removeEventListener('abort', leave);
  }
  const close = () => {
    received.end();
    socket.close(1000);
  };
  return { received, send: (message) => socket.send(message), close };
}
