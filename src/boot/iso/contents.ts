import { VivariumError } from '../../base/errors.ts';
import type { Scope } from '../../base/scope.ts';
import type { FileBytes } from '../../host/file-bytes.ts';
import { type BootImage, parseBootImages } from './el-torito.ts';
import { type IsoFile, type IsoListing, parseListing } from './listing.ts';
import { labelOf, openIso } from './volume.ts';
import { drive, xorriso } from './xorriso.ts';

/** An ISO that is open for reading. */
export interface IsoContents extends Disposable {
  file: string;
  bytes: FileBytes;
  label: string;
  listing: IsoListing;
  images: BootImage[];
}

/** @throws `file-missing`, `iso-unfit`, `tool-missing`, `command-failed` */
export async function openContents(scope: Scope, file: string): Promise<IsoContents> {
  const bytes = openIso(file);
  try {
    const found = await look(scope, file, bytes);
    return { file, bytes, ...found, [Symbol.dispose]: () => bytes[Symbol.dispose]() };
  } catch (error) {
    bytes[Symbol.dispose]();
    throw error;
  }
}

type Found = Pick<IsoContents, 'label' | 'listing' | 'images'>;

/** What was looked at last: an ISO is read for its menu first, and for a kernel and an initrd soon after. */
let last: { key: string; found: Found } | undefined;

async function look(scope: Scope, file: string, bytes: FileBytes): Promise<Found> {
  const { dev, ino, size, mtimeMs, ctimeMs } = bytes.stats;
  const key = [dev, ino, size, mtimeMs, ctimeMs].join();
  if (last?.key === key) return last.found;
  const args = ['-indev', drive(file), '-report_el_torito', 'plain', '-report_system_area', 'plain'];
  args.push('-find', '/', '-type', 'f', '-exec', 'report_lba', '--');
  args.push('-find', '/', '-type', 'l', '-exec', 'lsdl', '--');
  const { stdout } = await xorriso(scope, args, { doing: `Reading ${file}` });
  const text = stdout.toString();
  const images = parseBootImages(text.slice(0, text.indexOf('Report layout:')));
  const found = { label: labelOf(bytes), listing: parseListing(text), images };
  last = { key, found };
  return found;
}

/**
 * The first bytes of a file of an ISO, `most` at most.
 * @throws `iso-unfit` where the ISO ends before
 */
export function readBytes({ file: iso, bytes }: IsoContents, file: IsoFile, most: number): Buffer {
  const parts: Buffer[] = [];
  let wanted = Math.min(file.size, most);
  for (const { offset, length } of file.extents) {
    const part = bytes.at(offset, Math.min(length, wanted));
    if (part.length < Math.min(length, wanted)) throw cutOff(iso, file.path);
    parts.push(part);
    wanted -= part.length;
  }
  return Buffer.concat(parts);
}

export const cutOff = (iso: string, path: string): VivariumError<'iso-unfit'> =>
  new VivariumError('iso-unfit', { file: iso, problem: `ends before ${path} in it does: it is cut off` });
