import { constants } from 'node:fs';
import { copyFile, type FileHandle, open } from 'node:fs/promises';
import { errnoOf } from '../base/errors.ts';

const block = 2 ** 16;
const zeroes = Buffer.alloc(block);

/**
 * Writes a new file of what comes, with holes in the place of zeroes, so that an empty disk takes no space.
 * @returns the file's length
 */
export async function writeSparse(source: AsyncIterable<Buffer>, file: string): Promise<number> {
  await using handle = await open(file, 'wx');
  let length = 0;
  for await (const chunk of source) {
    await writeParts(handle, chunk, length);
    length += chunk.length;
  }
  await handle.truncate(length);
  return length;
}

/** Writes a chunk at its place, but for the blocks of the file that are all zero. */
async function writeParts(handle: FileHandle, chunk: Buffer, place: number): Promise<void> {
  let begin = 0;
  let at = 0;
  const flush = async (end: number) => {
    for (let from = begin; from < end; )
      from += (await handle.write(chunk, from, end - from, place + from)).bytesWritten;
  };
  while (at < chunk.length) {
    const end = Math.min(chunk.length, at + block - ((place + at) % block));
    if (chunk.compare(zeroes, 0, end - at, at, end) === 0) {
      await flush(at);
      begin = end;
    }
    at = end;
  }
  await flush(chunk.length);
}

/** Copies a file by sharing its blocks, which takes no time. @returns false where the file system cannot */
export async function cloneFile(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    const cannot = ['ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'EINVAL', 'ENOTTY', 'ENOSYS', 'EPERM'];
    if (cannot.includes(errnoOf(error) ?? '')) return false;
    throw error;
  }
}
