import { homedir, tmpdir } from 'node:os';
import { packageFile } from '../host/package-files.ts';
import type { Home } from '../machine/home.ts';

/** What stands where a path of the host was. */
export const hidden = '(a file of the host)';

/** What ends a path in a sentence; a name with a blank in it leaves its end behind, and nothing that leads to it. */
const rest = String.raw`[^\s"'\`,;:)\]]*`;

/** Takes paths of the host out of texts. */
export interface Veil {
  /** Of what the host says: every path. */
  host(text: string): string;
  /** Of what a guest may have said as well, and whose paths are its own: those where our files are, and QEMU's words. */
  guest(text: string): string;
  /** Whether `guest` may have to do with such bytes; asked of each piece of a console. */
  touches(bytes: Buffer): boolean;
  /** How many letters at the end of a text may be the beginning of something that `guest` takes out. */
  begins(text: string): number;
}

/** Who speaks beside the guest in a log, a name and a colon before each line: QEMU, and the scripts around it. */
const speakers = ['qemu', 'vivarium'];
const theirLine = /^(?:qemu|vivarium)[\w-]*: .*/gm;
const theirBeginning = /^(?:qemu|vivarium)[\w-]*:?(?: .*)?$/;

export function veilFor({ directory, cache, env }: Home): Veil {
  const places = longestFirst([directory, cache, packageFile('.')]);
  const known = longestFirst([...places, env.HOME || homedir(), tmpdir()]);
  const ours = new RegExp(`(?:${places.map(RegExp.escape).join('|')})${rest}`, 'g');
  // One that is known, or looks so: at a beginning, behind a blank, quote or sign, and no URL's `//`.
  const any = new RegExp(
    `(?:${known.map(RegExp.escape).join('|')})${rest}|(?<![^\\s"'\`=(,;:[])\\.{0,2}/(?=[\\w.~-])${rest}`,
    'g',
  );
  const host = (text: string) => text.replace(any, hidden);
  const openPath = new RegExp(`(?:${places.map(RegExp.escape).join('|')})${rest}$`);
  return {
    host,
    guest: (text) => text.replace(ours, hidden).replace(theirLine, host),
    touches: (bytes) => [...places, ...speakers].some((it) => bytes.includes(it)),
    begins: (text) => {
      const line = text.slice(text.lastIndexOf('\n') + 1);
      if (speakers.some((it) => it.startsWith(line)) || theirBeginning.test(line)) return line.length;
      const path = openPath.exec(line);
      return path ? path[0].length : Math.max(...places.map((it) => overlap(line, it)));
    },
  };
}

/** How much of the end of a text is a beginning of a path. */
function overlap(text: string, path: string): number {
  for (let length = Math.min(text.length, path.length - 1); length > 0; length--) {
    if (text.endsWith(path.slice(0, length))) return length;
  }
  return 0;
}

const longestFirst = (places: string[]): string[] =>
  [...new Set(places)].filter((it) => it.length > 1).sort((a, b) => b.length - a.length);

/** A value with every text in it as `change` makes it; bytes and what streams stay as they are. */
export function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, change)]));
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
