import http, { type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import { VivariumError } from '../base/errors.ts';

/** How patient a download is; all in milliseconds but for the number of tries. */
export interface Patience {
  /** Without a byte for this long the connection is given up. */
  stall: number;
  /** Tries in a row that bring nothing, before it is given up altogether. */
  tries: number;
  /** Before the second try; twice as long before each that follows. */
  pause: number;
}

export const usualPatience: Patience = { stall: 30_000, tries: 5, pause: 500 };

/** Something went wrong that may go right the next time. */
export class Passing extends Error {}

export interface Reply {
  status: number;
  headers: http.IncomingHttpHeaders;
  /** Where the last redirect led. */
  url: URL;
  /** @throws Passing where the connection is dropped or stalls */
  body: AsyncIterable<Buffer>;
  close(): void;
}

const mostRedirects = 10;

/**
 * Asks for what is at a URL and follows redirects. A proxy is used where http_proxy, https_proxy and no_proxy say so.
 * @param secure an https URL may not lead to an http one
 * @throws Passing, `download-failed`
 */
export async function get(
  from: URL,
  headers: OutgoingHttpHeaders,
  {
    patience,
    signal,
    secure = false,
  }: { patience: Patience; signal: AbortSignal; secure?: boolean | undefined },
): Promise<Reply> {
  let url = from;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const response = await answer(url, headers, patience, signal);
    const { statusCode: status = 0, headers: received } = response;
    const next = [301, 302, 303, 307, 308].includes(status) ? received.location : undefined;
    if (next === undefined) {
      const body = unlessStalled(response, patience.stall);
      return { status, headers: received, url, body, close: () => response.destroy() };
    }
    response.destroy();
    const to = checkUrl(next, url);
    if (secure && url.protocol === 'https:' && to.protocol !== 'https:')
      throw failed(from, `it is redirected from https to ${shown(to)}`);
    url = to;
  }
  throw failed(from, `it is redirected more than ${mostRedirects} times`);
}

/** @throws `download-failed` where it is no URL of http or https */
export function checkUrl(text: string, base?: URL): URL {
  const url = URL.parse(text, base?.href) ?? undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  const hint =
    url?.protocol === 'file:'
      ? `A file of this host is imported: vm image import ${decoded(url.pathname)}`
      : 'Give the URL of the image, or a name of the catalogue: vm image catalogue';
  const problem = 'it is no http or https URL';
  throw new VivariumError('download-failed', { url: text.slice(0, 200), problem, hint });
}

/** The name of the file at a URL. */
export const fileNameIn = (url: URL): string => decoded(url.pathname).replace(/^.*\//s, '');

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a lone % stands for itself
  }
}

/** A URL without the password in it. */
export function shown(url: URL): string {
  const copy = new URL(url);
  copy.username = '';
  copy.password = '';
  return copy.href;
}

export function failed(url: URL, problem: string, cause?: unknown): VivariumError<'download-failed'> {
  return new VivariumError('download-failed', { url: shown(url), problem }, { cause });
}

function answer(
  url: URL,
  headers: OutgoingHttpHeaders,
  { stall }: Patience,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { request, Agent } = url.protocol === 'https:' ? https : http;
  const agent = new Agent({ proxyEnv: process.env });
  const all = { 'user-agent': 'vivarium', 'accept-encoding': 'identity', ...headers };
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, headers: all, signal });
    const timer = setTimeout(() => sent.destroy(new Passing(silence(stall))), stall);
    sent.on('error', (error) => {
      clearTimeout(timer);
      reject(explained(error, url));
    });
    sent.on('response', (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    sent.end();
  });
}

async function* unlessStalled(response: IncomingMessage, stall: number): AsyncGenerator<Buffer> {
  const chunks = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  for (;;) {
    const timer = setTimeout(() => response.destroy(new Passing(silence(stall))), stall);
    try {
      const { done, value } = await chunks.next();
      clearTimeout(timer); // the time in which it is written does not count
      if (done) return;
      yield value;
    } catch (error) {
      throw error instanceof Passing ? error : new Passing('the connection was dropped', { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }
}

const silence = (ms: number): string => `the server said nothing for ${ms / 1000} seconds`;

/** What Node says of a connection, for people: either it may pass, or it is a `download-failed`. */
function explained(error: Error, url: URL): Error {
  if (error instanceof Passing) return error;
  const { code = '' } = error as NodeJS.ErrnoException;
  if (['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'HPE_INVALID_EOF_STATE'].includes(code)) {
    return new Passing(code === 'EAI_AGAIN' ? noHost(url) : 'the connection was dropped', { cause: error });
  }
  const problems: Record<string, string> = {
    ENOTFOUND: noHost(url),
    ECONNREFUSED: `nobody answers at ${url.host}`,
    EHOSTUNREACH: `${url.host} cannot be reached`,
    ENETUNREACH: `${url.host} cannot be reached`,
  };
  return failed(url, problems[code] ?? error.message.replace(/\.$/, ''), error);
}

const noHost = (url: URL): string => `the host ${url.hostname} is not known here (is there a network?)`;
