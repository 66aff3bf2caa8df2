import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../base/errors.ts';

/** A mount, as proc(5) has it in `mountinfo`. */
export interface Mount {
  id: number;
  /** The `id` of the mount on which it lies. */
  parent: number;
  /** `8:1`; of btrfs and its like a number that no device has. */
  number: string;
  /** What of the file system is mounted: `/` for all of it. */
  root: string;
  at: string;
  fileSystem: string;
  source: string;
  /** A process that sees it, where we do not. */
  seenBy?: number;
}

export function parseMounts(mountinfo: string): Mount[] {
  return mountinfo
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [before = '', after = ''] = line.split(' - ');
      const [id, parent, number = '', root = '', at = ''] = before.split(' ');
      const [fileSystem = '', source = ''] = after.split(' ');
      return {
        id: Number(id),
        parent: Number(parent),
        number,
        root: withoutOctal(root),
        at: withoutOctal(at),
        fileSystem,
        source: withoutOctal(source),
      };
    });
}

/** Spaces, tabs, line ends and backslashes are written in octal there, and in `/proc/swaps`. */
export const withoutOctal = (text: string): string =>
  Buffer.from(
    text.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))),
    'latin1',
  ).toString();

/** The mounts of this process's namespace, in the order in which the kernel lists them. */
export const readMounts = (): Mount[] => parseMounts(readFileSync('/proc/self/mountinfo', 'latin1'));

/** Our own mounts, and those of other mount namespaces as far as this user may look. */
export function readAllMounts(proc = '/proc'): Mount[] {
  const own = readIfThere(join(proc, 'self/mountinfo')) ?? '';
  const seen = new Set([own]);
  const others = readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const text = readIfThere(join(proc, pid, 'mountinfo'));
      if (text === undefined || seen.has(text)) return [];
      seen.add(text);
      return parseMounts(text).map((mount) => ({ ...mount, seenBy: Number(pid) }));
    });
  return [...parseMounts(own), ...others];
}

/** In latin1, as names on a disk need not be UTF-8. Undefined where a process has ended or is another user's. */
function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    if (errnoOf(error)) return undefined;
    throw error;
  }
}
