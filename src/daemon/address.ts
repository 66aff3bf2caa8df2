import { isIP } from 'node:net';
import { VivariumError } from '../base/errors.ts';

/** A TCP address to listen at. */
export interface Address {
  host: string;
  port: number;
}

/**
 * `8470`, `127.0.0.1:8470`, `[::1]:8470`, `box.lan:0`; a port alone is at the loopback.
 * @throws `parameter-invalid`
 */
export function parseAddress(text: string): Address {
  const [, bracketed, plain, port = ''] =
    /^(?:(?:\[([0-9a-f:.]+)\]|([^:[\]]*)):)?(\d{1,5})$/i.exec(text) ?? [];
  if (port === '' || Number(port) > 65_535) {
    const problem = `must be PORT or ADDRESS:PORT, as 8470 or 0.0.0.0:8470; it is ${JSON.stringify(text)}`;
    throw new VivariumError('parameter-invalid', { operation: 'serve', parameter: '--listen', problem });
  }
  return { host: bracketed ?? (plain || '127.0.0.1'), port: Number(port) };
}

/**
 * A name that a request may use for this host, as `hostsServed` compares it: `box.lan`, without a port.
 * @throws `parameter-invalid` where no request could ever name it
 */
export function parseHostName(text: string): string {
  if (/^[a-z0-9_][a-z0-9_.-]*$/i.test(text)) return text;
  const problem = `must be a name alone, as box.lan: no URL, no port, no *; it is ${JSON.stringify(text)}`;
  throw new VivariumError('parameter-invalid', { operation: 'serve', parameter: '--allow-host', problem });
}

/** As it stands in a URL. */
export const addressText = ({ host, port }: Address): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/**
 * Which hosts a request may name. A site that has its own name lead here (DNS rebinding) names that: addresses are
 * safe, and of names those alone that are known to be ours.
 */
export function hostsServed(
  addresses: readonly Address[],
  names: readonly string[],
): (host: string) => boolean {
  const own = new Set(
    ['localhost', ...addresses.map(({ host }) => host), ...names].map((it) => it.toLowerCase()),
  );
  return (host) => own.has(host) || isIP(host.replace(/^\[|\]$/g, '')) !== 0;
}
