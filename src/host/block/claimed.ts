import { constants, existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { errnoOf, VivariumError } from '../../base/errors.ts';
import { deviceNumber } from './find.ts';

/**
 * A block device that is ours alone: meanwhile the kernel lets nobody mount it or a part of it, and no other program
 * claims it. What is written goes straight to it and what is read comes from it, past the kernel's cache: bytes
 * begin on a page, offsets and lengths are whole blocks.
 */
export interface ClaimedDevice extends AsyncDisposable {
  /** `8:16` */
  number: string;
  /** @throws `device-failed` */
  write(bytes: Uint8Array, offset: number): Promise<void>;
  /** @throws `device-failed` */
  read(bytes: Uint8Array, offset: number): Promise<void>;
  /** Waits until the device has what was written, in spite of its own cache. @throws `device-failed` */
  flush(): Promise<void>;
}

/**
 * @param state what the device holds now, a sentence for the error of one that fails
 * @throws `device-busy`, `device-failed`
 */
export async function claimDevice(path: string, state: () => string): Promise<ClaimedDevice> {
  let number: string | undefined;
  const attempt = async <T>(doing: string, offset: () => number, act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      if (number !== undefined && errnoOf(error) === 'EIO') await takenAway(number);
      const details = {
        device: path,
        doing,
        offset: offset(),
        problem: problemOf(error, number),
        state: state(),
      };
      throw new VivariumError('device-failed', details, { cause: error });
    }
  };
  const claim = () => open(path, constants.O_RDWR | constants.O_EXCL | constants.O_DIRECT);
  const handle = await claim().catch((error) => {
    if (errnoOf(error) === 'EBUSY') throw claimedByOther(path, error);
    return attempt(
      'it was opened',
      () => 0,
      () => Promise.reject(error),
    );
  });
  number = deviceNumber((await handle.stat()).rdev);
  let end = 0;
  return {
    number,
    write: async (bytes, offset) => {
      let done = 0;
      await attempt(
        'it was written to',
        () => offset + done,
        async () => {
          while (done < bytes.length)
            done += (await handle.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
        },
      );
      end = offset + done;
    },
    read: async (bytes, offset) => {
      let done = 0;
      await attempt(
        'it was read back',
        () => offset + done,
        async () => {
          while (done < bytes.length) done += await readSome(handle, bytes, done, offset);
        },
      );
    },
    flush: () =>
      attempt(
        'its cache was emptied',
        () => end,
        () => handle.sync(),
      ),
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

async function readSome(
  handle: FileHandle,
  bytes: Uint8Array,
  done: number,
  offset: number,
): Promise<number> {
  const { bytesRead } = await handle.read(bytes, done, bytes.length - done, offset + done);
  if (bytesRead === 0) throw new Error('it ends there');
  return bytesRead;
}

/** Looks whether somebody else has claimed a device. @throws `device-busy` */
export async function checkUnclaimed(path: string): Promise<void> {
  try {
    await (await open(path, constants.O_RDONLY | constants.O_EXCL | constants.O_NONBLOCK)).close();
  } catch (error) {
    if (errnoOf(error) === 'EBUSY') throw claimedByOther(path, error);
    if (!errnoOf(error)) throw error; // that it cannot be opened otherwise is seen when it is claimed
  }
}

function claimedByOther(device: string, cause: unknown): VivariumError {
  const problem = 'is in use: somebody else has claimed it for themselves';
  const next = `See who: lsblk ${device}; fuser -v ${device}`;
  return new VivariumError('device-busy', { device, reason: 'open', problem, next }, { cause });
}

/** Milliseconds in which the kernel takes a device away that was pulled out: what is written to it fails before. */
const parting = 1000;

/** Returns when the kernel has taken a device away, or when it has had the time to do so. */
async function takenAway(number: string): Promise<void> {
  const end = performance.now() + parting;
  while (existsSync(sysfsOf(number)) && performance.now() < end) await pause(20);
}

const sysfsOf = (number: string) => `/sys/dev/block/${number}`;

/** What an error of a disk means: one that was pulled out has many. Node has no name for ENOMEDIUM. */
function problemOf(error: unknown, number: string | undefined): string {
  const { errno, message } = error as NodeJS.ErrnoException;
  const code = errnoOf(error);
  const there = number === undefined || existsSync(sysfsOf(number));
  if (!there || code === 'ENODEV' || code === 'ENXIO') return 'it is gone; was it pulled out?';
  if (code === 'EIO') return 'it reports an error (EIO)';
  if (code === 'ENOSPC') return 'it ends there (ENOSPC)';
  if (code === 'EROFS' || code === 'EPERM' || code === 'EACCES') return `it may not be written to (${code})`;
  return errno === -123 ? 'its medium is gone (ENOMEDIUM)' : message;
}
