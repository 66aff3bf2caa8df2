import * as z from 'zod/mini';

/** A port of the host that leads to one of the guest's. */
export interface Forward {
  protocol: 'tcp' | 'udp';
  /** IPv4 address on the host (QEMU takes no other here); loopback unless told otherwise. */
  address: string;
  /** `auto`: one that is free when the machine is started. */
  host: number | 'auto';
  guest: number;
}

const pattern = /^(?:(tcp|udp):)?(?:(\d{1,3}(?:\.\d{1,3}){3}):)?(\d+|auto):(\d+)$/;

/**
 * Reads `[tcp:|udp:][ADDRESS:]HOSTPORT:GUESTPORT`, the host's may be `auto`; `auto` alone is `auto:22`.
 * @returns undefined where it is none
 */
export function parseForward(text: string): Forward | undefined {
  if (text === 'auto') return parseForward('auto:22');
  const [, protocol = 'tcp', address = '127.0.0.1', from, to] = pattern.exec(text) ?? [];
  const host = from === 'auto' ? from : Number(from);
  const guest = Number(to);
  const isPort = (port: number) => port >= 1 && port <= 65_535;
  if (address.split('.').some((byte) => Number(byte) > 255)) return undefined;
  if (!isPort(guest) || (host !== 'auto' && !isPort(host))) return undefined;
  return { protocol: protocol as 'tcp' | 'udp', address, host, guest };
}

/** The shortest text that `parseForward` reads as this. */
export function formatForward({ protocol, address, host, guest }: Forward): string {
  return `${protocol === 'tcp' ? '' : 'udp:'}${address === '127.0.0.1' ? '' : `${address}:`}${host}:${guest}`;
}

const unreadable = 'must be a forward such as 2222:22, auto:22, udp:5353:53 or 0.0.0.0:8080:80';

/** A forward as it is written. */
export const forwardText = z.string().check(z.refine((text) => parseForward(text) !== undefined, unreadable));

/** One that anybody's machine may have: on the loopback address, at a port that takes no privilege. */
export const openForward = z.string().check(
  z.refine((text) => {
    const { address, host } = parseForward(text) ?? {};
    return address === '127.0.0.1' && (host === 'auto' || (host ?? 0) >= 1024);
  }, 'must be a forward of the loopback address, from a port of 1024 or above, or auto'),
);

/** A forward as it is used. */
export const forward = z.pipe(
  forwardText,
  z.transform((text) => parseForward(text) as Forward),
);
