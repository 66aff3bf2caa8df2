import type { Stats } from 'node:fs';
import { errnoOf, VivariumError } from '../base/errors.ts';
import { type FileBytes, openBytes } from '../host/file-bytes.ts';
import { type Detected, type DiskFormat, detect, headLength, tailLength } from './detect.ts';
import { judge } from './judge.ts';

export type AskedFormat = DiskFormat | 'iso';

/** What can be made into an image, or has to be unwrapped before. */
export type Found = Exclude<Detected, { is: 'other' }>;

/**
 * Says what a file is, and refuses it where it is nothing that could be an image, or is one that is unsafe or damaged.
 * @param label names the file in errors
 * @param asked what it has to be; raw where it has no mark of a disk
 * @throws `file-missing`, `not-an-image`, `image-unsafe`, `image-unreadable`
 */
export function look(file: string, label: string, asked?: AskedFormat): Found {
  using bytes = openRegular(file, label);
  const { size } = bytes;
  const detected = detect(
    bytes.at(0, headLength),
    bytes.at(Math.max(0, size - tailLength), tailLength),
    size,
  );
  if (detected.is === 'wrapped') return detected;
  const found = asFormat(detected, size, label, asked);
  const verdict = judge(file, bytes, found.is === 'iso' ? 'iso' : found.format);
  if (verdict) throw new VivariumError(verdict.code, { file: label, problem: verdict.problem });
  return found;
}

function asFormat(
  detected: Detected,
  size: number,
  label: string,
  asked: AskedFormat | undefined,
): Exclude<Found, { is: 'wrapped' }> {
  const looksLike = (what: string) => new VivariumError('not-an-image', { file: label, looksLike: what });
  if (asked === 'raw' && size > 0) return { is: 'disk', format: 'raw' };
  if (detected.is === 'other') throw looksLike(detected.looksLike);
  if (detected.is === 'wrapped') throw looksLike('an archive');
  const format = detected.is === 'iso' ? 'iso' : detected.format;
  if (asked !== undefined && asked !== format) {
    throw new VivariumError('image-unreadable', { file: label, problem: `it is ${format} and not ${asked}` });
  }
  return detected;
}

function openRegular(file: string, label: string): FileBytes {
  const bytes = openOrFail(file, label);
  const kind = kindOf(bytes.stats);
  if (kind === undefined) return bytes;
  bytes[Symbol.dispose]();
  throw new VivariumError('not-an-image', { file: label, looksLike: kind });
}

function openOrFail(file: string, label: string): FileBytes {
  try {
    return openBytes(file);
  } catch (error) {
    if (errnoOf(error) === 'ENXIO') {
      throw new VivariumError('not-an-image', { file: label, looksLike: 'a socket' }, { cause: error });
    }
    throw new VivariumError('file-missing', { file: label, what: 'The file' }, { cause: error });
  }
}

/** Undefined for a regular file. */
function kindOf(stats: Stats): string | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isDirectory()) return 'a directory';
  if (stats.isFIFO()) return 'a named pipe';
  return 'a device: copy what is on it into a file';
}
