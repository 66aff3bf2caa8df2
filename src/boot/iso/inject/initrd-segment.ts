import { createReadStream, createWriteStream } from 'node:fs';
import { appendFile, rm, stat, truncate } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Scope } from '../../../base/scope.ts';
import { openBytes } from '../../../host/file-bytes.ts';
import { cpio } from '../../cpio.ts';
import type { Additions } from '../../live/additions.ts';
import { writeSegment } from '../../live/segment.ts';

/** The only name in the archive that begins what is injected into an initrd: it is found there, and replaced. */
const mark = '.vivarium-injected';

/** Bytes of an archive's header, which stand before the name. */
const headerLength = 110;

/**
 * Puts a segment behind an initrd that brings what is added, in the place of one that was put there before.
 * @param root whether that initramfs stays the system's root, or leaves for another one
 * @throws as `writeSegment`
 */
export async function injectIntoInitrd(
  scope: Scope,
  initrd: string,
  root: 'initramfs' | 'elsewhere',
  additions: Additions,
): Promise<void> {
  await truncate(initrd, endOf(initrd));
  const segment = `${initrd}.segment`;
  try {
    await writeSegment(scope, { to: segment, base: initrd, root, additions });
    const { size } = await stat(initrd);
    await appendFile(initrd, Buffer.alloc((512 - (size % 512)) % 512));
    const begin = cpio([{ kind: 'file', path: mark, mode: 0o444, content: Buffer.alloc(0) }]);
    await pipeline(begin, createWriteStream(initrd, { flags: 'a' }));
    // Of the ways to pack it, every kernel reads this one.
    const packer = createGzip({ level: 1 });
    await pipeline(createReadStream(segment), packer, createWriteStream(initrd, { flags: 'a' }));
  } finally {
    await rm(segment, { force: true });
  }
}

/** Where the initrd ends without what was injected before. */
function endOf(initrd: string): number {
  using bytes = openBytes(initrd);
  const name = Buffer.from(`${mark}\0`);
  const part = 2 ** 22;
  for (let at = 0; at < bytes.size; at += part) {
    const found = bytes.at(at, part + name.length).indexOf(name);
    const start = at + found - headerLength;
    if (found >= 0 && start >= 0 && bytes.at(start, 6).toString('latin1') === '070701') return start;
  }
  return bytes.size;
}
