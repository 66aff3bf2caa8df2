import { errnoOf, VivariumError } from '../../base/errors.ts';
import { type FileBytes, openBytes } from '../../host/file-bytes.ts';

/** The primary volume descriptor: ECMA-119, 8.4. */
const descriptor = 16 * 2048;
const label = { offset: 40, length: 32 };

/**
 * Opens an ISO.
 * @throws `file-missing`, `iso-unfit`
 */
export function openIso(file: string): FileBytes {
  let bytes: FileBytes;
  try {
    bytes = openBytes(file);
  } catch (error) {
    if (!errnoOf(error)) throw error;
    throw new VivariumError('file-missing', { file, what: 'The ISO' }, { cause: error });
  }
  if (bytes.at(descriptor, 6).toString('latin1') === '\u0001CD001') return bytes;
  bytes[Symbol.dispose]();
  throw new VivariumError('iso-unfit', { file, problem: 'is no ISO 9660 image' });
}

/** The volume's name. */
export function labelOf(iso: FileBytes): string {
  return iso
    .at(descriptor + label.offset, label.length)
    .toString('utf8')
    .replace(/[\0 ]+$/, '');
}

/** When it was changed last, as ECMA-119, 8.4.26.1 writes it without the time zone: by this a volume is found, too. */
export const dateOf = (iso: FileBytes): string => iso.at(descriptor + 830, 16).toString('latin1');
