import { errnoOf, VivariumError } from '../../base/errors.ts';
import type { Scope } from '../../base/scope.ts';
import { type FileBytes, openBytes } from '../../host/file-bytes.ts';
import { archives, type Place } from './archives.ts';
import { fileReader, streamReader } from './byte-reader.ts';
import type { InitramfsEntry, Segment } from './initramfs-entry.ts';
import { magicLength, packingAt } from './packings.ts';
import { unpacked } from './unpacked.ts';

/**
 * All entries of an initramfs, segment after segment, each packed by itself, as the kernel reads them: an entry of
 * a later segment replaces one of the same path. Nothing in it is believed.
 * @throws `file-missing`; `initramfs-unreadable` with the byte where it is damaged or cut off; `tool-missing`,
 * `interrupted`, `timeout`
 */
export async function* readInitramfs(scope: Scope, file: string): AsyncGenerator<InitramfsEntry> {
  using bytes = open(file);
  if (!bytes.stats.isFile()) throw unreadable(file, 0, 'there is no file, but something else');
  let count = 0;
  for (let at = 0; ; ) {
    const start = fileReader(bytes, at);
    if (start.skipZeros() === undefined) return;
    at = start.position;
    const packing = packingAt(bytes.at(at, magicLength));
    const fail = (problem: string) => unreadable(file, at, problem);
    if (packing === undefined) throw fail('something begins that is no archive, packed or not');
    const begin = (offset: number): Segment => ({ index: count++, packing, offset });
    if (packing === 'none') {
      const reader = fileReader(bytes, at);
      const place: Place = {
        begin,
        ended: () => {},
        fail: (position, problem) => unreadable(file, position, problem),
        follows: true,
      };
      yield* archives(scope, reader, place);
      at = reader.position;
      continue;
    }
    let complete = false;
    const place: Place = {
      begin: () => {
        complete = false;
        return begin(part.end());
      },
      ended: () => {
        complete = true;
      },
      fail: (position, problem) => fail(`${problem} (byte ${position} of what it unpacks to)`),
      follows: false,
    };
    const part = unpacked(scope, { bytes, file, packing, start: at, fail, complete: () => complete });
    try {
      yield* archives(scope, streamReader(part.chunks), place);
    } finally {
      await part.chunks.return(); // whoever has read enough leaves no tool behind
    }
    at = part.end();
  }
}

function open(file: string): FileBytes {
  try {
    return openBytes(file);
  } catch (error) {
    if (!errnoOf(error)) throw error;
    throw new VivariumError('file-missing', { file, what: 'The initramfs' }, { cause: error });
  }
}

function unreadable(file: string, offset: number, problem: string): VivariumError<'initramfs-unreadable'> {
  return new VivariumError('initramfs-unreadable', { file, offset, problem });
}
