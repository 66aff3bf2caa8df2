import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Web extends AsyncDisposable {
  url(path?: string): URL;
  /** The requests so far: method, path and range. */
  requests: { path: string; range: string | undefined }[];
}

export type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void;

/** A web server of a test's own, which may misbehave as it likes. `count` is the number of the request, from 1. */
export async function web(answer: Answer): Promise<Web> {
  const requests: Web['requests'] = [];
  const server = createServer((request, response) => {
    requests.push({ path: request.url ?? '', range: request.headers.range });
    answer(request, response, requests.length);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: (path = '/disk.img') => new URL(path, `http://127.0.0.1:${port}`),
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface Served {
  etag?: string;
  /** Closes the connection after this many bytes of the answer. */
  dropAfter?: number;
}

/** Answers as a well-behaved server does, ranges and all. */
export function serve(
  request: IncomingMessage,
  response: ServerResponse,
  content: Buffer,
  { etag = '"one"', dropAfter }: Served = {},
): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const partial = start > 0 && request.headers['if-range'] === etag;
  if (partial && start >= content.length) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}`, etag }).end();
    return;
  }
  const body = partial ? content.subarray(start) : content;
  response.writeHead(partial ? 206 : 200, {
    etag,
    'content-length': body.length,
    ...(partial && { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }),
  });
  if (dropAfter === undefined) response.end(body);
  else response.write(body.subarray(0, dropAfter), () => response.destroy());
}
