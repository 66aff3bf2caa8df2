import { VivariumError } from '../base/errors.ts';
import { engineOver } from '../client/engine.ts';
import { connectUnix } from '../host/unix-socket.ts';
import type { Engine } from '../protocol/engine.ts';
import { overSsh } from './ssh.ts';
import { nodeTransport, type Way } from './transport.ts';

/** The engine of a vmd, and the connections that lead there. */
export interface Connection extends Disposable {
  engine: Engine;
  /** Where it is, for people. */
  address: string;
}

/**
 * Connects to a vmd. Nothing is sent before its engine is called.
 * @param where `http://box:8470`, `https://…`, `ssh://[USER@]HOST[:PORT]`, or `unix:` and the path of a socket
 * @param token for HTTP; the unix socket and ssh need none
 * @throws `parameter-invalid`
 */
export function connect(where: string, { token }: { token?: string | undefined } = {}): Connection {
  const transport = nodeTransport(wayTo(where, token));
  return {
    engine: engineOver(transport),
    address: transport.address,
    [Symbol.dispose]: () => transport.close(),
  };
}

function wayTo(where: string, token: string | undefined): Way {
  if (where.startsWith('unix:')) {
    const path = where.slice('unix:'.length).replace(/^\/\/(?=\/)/, '');
    return { address: path, connect: () => connectUnix(path) };
  }
  const url = URL.parse(where);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') {
    if (url.username !== '' || saysMore(url)) throw needless(url.origin);
    return { address: url.origin, url: url.origin, token };
  }
  if (url?.protocol === 'ssh:' && /^[\w.:[\]-]+$/.test(url.host) && /^[\w.+-]*$/.test(url.username)) {
    if (saysMore(url)) throw needless(`ssh://${url.username && `${url.username}@`}${url.host}`);
    return { address: where, connect: async () => overSsh(url) };
  }
  throw unfit(
    `must be http://HOST:PORT, https://…, ssh://USER@HOST or unix:PATH; it is ${JSON.stringify(where)}`,
  );
}

/** Whether a URL has parts that lead nowhere, of which a password would be shown to whoever looks. */
const saysMore = ({ password, pathname, search, hash }: URL): boolean =>
  password !== '' || !['', '/'].includes(pathname) || search !== '' || hash !== '';

const needless = (url: string) =>
  unfit(`must be no more than ${url}: a token is said by vm context add --token, or in VM_TOKEN`);

const unfit = (problem: string) =>
  new VivariumError('parameter-invalid', { operation: 'connect', parameter: 'the URL', problem });
