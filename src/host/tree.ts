import { chmodSync, lstatSync, readdirSync, renameSync, rmdirSync, rmSync, type Stats } from 'node:fs';

/** What a directory holds. */
export interface Contents {
  files: number;
  /** Of all files together, holes left out. */
  bytes: number;
}

/** Names are bytes: not all of them are text. */
const slash = Buffer.from('/');

/**
 * Takes from a directory what a stranger's archive should not bring: devices, sockets and pipes go, and no file
 * lends its owner's rights, and no directory keeps its owner from moving or removing it. @returns how many went
 */
export function tameTree(directory: string): number {
  let removed = 0;
  openToOwner(Buffer.from(directory), lstatSync(directory));
  for (const { path, stats } of walk(Buffer.from(directory))) {
    if (stats.isDirectory()) {
      openToOwner(path, stats); // before it is gone into
    } else if (!stats.isFile() && !stats.isSymbolicLink()) {
      rmSync(path);
      removed++;
    } else if (stats.isFile() && stats.mode & 0o7000) {
      chmodSync(path, stats.mode & 0o777);
    }
  }
  return removed;
}

function openToOwner(directory: Buffer, { mode }: Stats): void {
  if ((mode & 0o700) !== 0o700) chmodSync(directory, (mode & 0o777) | 0o700);
}

/** Counts what is at a path. @throws a system error where it cannot be read */
export function contentsOf(path: string): Contents {
  const stats = lstatSync(path);
  if (!stats.isDirectory()) return { files: 1, bytes: bytesOf(stats) };
  const found = { files: 0, bytes: 0 };
  for (const { stats } of walk(Buffer.from(path))) {
    if (stats.isDirectory()) continue;
    found.files++;
    found.bytes += bytesOf(stats);
  }
  return found;
}

/**
 * Moves all that is in a directory to another one on the same file system. What has the same name there is replaced,
 * in an instant each; directories of the same name are joined.
 * @throws a system error: a directory does not replace a file, nor a file a directory
 */
export function placeTree(from: string | Buffer, to: string | Buffer): void {
  for (const name of readdirSync(from, { encoding: 'buffer' })) {
    const [source, target] = [join(from, name), join(to, name)];
    const there = lstatSync(target, { throwIfNoEntry: false });
    if (lstatSync(source).isDirectory() && there?.isDirectory()) {
      placeTree(source, target);
      rmdirSync(source);
    } else {
      renameSync(source, target);
    }
  }
}

function* walk(directory: Buffer): Generator<{ path: Buffer; stats: Stats }> {
  for (const name of readdirSync(directory, { encoding: 'buffer' })) {
    const path = join(directory, name);
    const stats = lstatSync(path);
    yield { path, stats };
    if (stats.isDirectory()) yield* walk(path);
  }
}

function join(directory: string | Buffer, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(directory), slash, name]);
}

/** A block has 512 bytes (stat(2)). */
function bytesOf({ size, blocks }: Stats): number {
  return Math.min(size, blocks * 512);
}
