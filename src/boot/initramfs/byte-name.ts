import { isUtf8 } from 'node:buffer';

/**
 * A name of the host, a character for each of its bytes (latin1): names are any bytes, and sorted by them.
 * Nearly all are ASCII, and then they are what they look like.
 */
export type ByteName = string;

export const byteName = (text: string): ByteName => Buffer.from(text).toString('latin1');

export const isAscii = (name: ByteName): boolean => !/[\x80-\xff]/.test(name);

/** What the system calls take. */
export const systemPath = (name: ByteName): string | Buffer =>
  isAscii(name) ? name : Buffer.from(name, 'latin1');

/** For people, and the bytes themselves where they are no UTF-8. */
export function textOf(name: ByteName): { text: string; raw?: Buffer } {
  if (isAscii(name)) return { text: name };
  const raw = Buffer.from(name, 'latin1');
  return isUtf8(raw) ? { text: raw.toString() } : { text: raw.toString(), raw };
}
