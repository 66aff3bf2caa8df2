import { readFileSync, rmSync } from 'node:fs';
import { isVivariumError, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { temporaryName } from '../host/atomic-file.ts';
import { runTool } from '../host/run-tool.ts';

/**
 * Makes an empty qcow2 disk of `bytes`, or one that is as what lies below it.
 * @param backing its name as the disk's directory sees it; it is not opened
 * @throws `disk-full`, `tool-missing`, `command-failed`
 */
export async function createDisk(
  scope: Scope,
  file: string,
  bytes: number,
  backing?: DiskFile,
): Promise<void> {
  const below = backing ? ['-u', '-b', backing.file, '-F', backing.format] : [];
  const args = ['create', '-q', '-f', 'qcow2', ...below, file, String(bytes)];
  await runTool(scope, 'qemu-img', args, { doing: 'Making a disk', writes: file });
}

/** Gives a disk that nobody uses another size. A smaller one cuts off what lies behind: see `dataEnd`. */
export async function resizeDisk(
  scope: Scope,
  file: string,
  bytes: number,
  format: 'qcow2' | 'raw' = 'qcow2',
): Promise<void> {
  const args = ['resize', '-q', '-f', format, '--shrink', file, String(bytes)];
  await runTool(scope, 'qemu-img', args, { doing: 'Resizing a disk', writes: file });
}

/** The byte behind the last one of a disk that was ever written, be it in the disk itself or in what lies below it. */
export async function dataEnd(scope: Scope, file: string, format: 'qcow2' | 'raw'): Promise<number> {
  const args = ['map', '--output=json', '-f', format, file];
  const { stdout } = await runTool(scope, 'qemu-img', args, { doing: 'Looking for data' });
  const extents = JSON.parse(stdout.toString()) as { start: number; length: number; data: boolean }[];
  const last = extents.findLast(({ data }) => data);
  return last ? last.start + last.length : 0;
}

/** The first `bytes` of what a guest sees of a disk, or all of it. */
export async function readHead(
  scope: Scope,
  file: string,
  format: 'qcow2' | 'raw',
  bytes: number,
): Promise<Buffer> {
  const doing = 'Reading the beginning of a disk';
  const copy = temporaryName(file);
  try {
    const args = ['dd', '-f', format, '-O', 'raw', `bs=${bytes}`, 'count=1', `if=${file}`, `of=${copy}`];
    await runTool(scope, 'qemu-img', args, { doing, writes: copy });
    return readFileSync(copy);
  } finally {
    rmSync(copy, { force: true });
  }
}

/** A disk's file and what it is, by QEMU's name; it has been looked at before (see image/judge.ts). */
export interface DiskFile {
  file: string;
  format: string;
}

/**
 * Looks for damage in the tables of a disk, where QEMU can do that for its format.
 * @throws `command-failed` with what is wrong
 */
export async function checkDisk(scope: Scope, disk: DiskFile): Promise<void> {
  const clusterLeaks = 3; // space that nobody uses, nothing else
  const notSupported = 63;
  const args = ['check', '-q', ...alone(disk)];
  await runTool(scope, 'qemu-img', args, {
    doing: 'Checking a disk',
    allow: [0, clusterLeaks, notSupported],
  });
}

/**
 * Writes the content of a disk to a new qcow2 file.
 * @param told is called with the part that is done, up to 1
 * @throws `disk-full`, `tool-missing`, `command-failed`
 */
export async function convertDisk(
  scope: Scope,
  from: DiskFile,
  to: string,
  told: (part: number) => void,
): Promise<void> {
  const args = ['convert', '-p', ...alone(from), '-O', 'qcow2', to];
  const output = async (stdout: AsyncIterable<Buffer>) => {
    for await (const text of stdout) {
      const percent = /\(([\d.]+)\/100%\)/.exec(text.toString())?.[1];
      if (percent !== undefined) told(Number(percent) / 100);
    }
  };
  await runTool(scope, 'qemu-img', args, { doing: 'Converting a disk', writes: to, output });
}

/** The arguments for one file that is opened as what it is said to be, with nothing below it, whatever it names. */
function alone({ file, format }: DiskFile): string[] {
  const node = { driver: format, backing: null, file: { driver: 'file', filename: file } };
  return [`json:${JSON.stringify(node)}`];
}

/** What `qemu-img info --output=json` says of a disk, as far as it is used here. */
export interface DiskInfo {
  format: string;
  /** Bytes that a guest sees. */
  'virtual-size': number;
  'backing-filename'?: string;
  'full-backing-filename'?: string;
  'backing-filename-format'?: string;
}

/** @throws `disk-busy` where a QEMU writes to it, `command-failed` where it is none of this format */
export async function diskInfo(scope: Scope, file: string, format?: string): Promise<DiskInfo> {
  const args = ['info', '--output=json', ...(format === undefined ? [] : ['-f', format]), file];
  try {
    const { stdout } = await runTool(scope, 'qemu-img', args, { doing: `Reading ${file}` });
    return JSON.parse(stdout.toString());
  } catch (error) {
    const said = isVivariumError(error, 'command-failed') ? error.details.said.join() : '';
    throw /Failed to get .* lock/.test(said)
      ? new VivariumError('disk-busy', { file }, { cause: error })
      : error;
  }
}

/**
 * Has the copy of an overlay find its backing file, which may be named relative to where the first lies.
 * @param info of the first
 */
export async function keepBacking(scope: Scope, copy: string, info: DiskInfo): Promise<void> {
  const backing = info['full-backing-filename'];
  if (backing === undefined || backing === info['backing-filename']) return;
  const format = info['backing-filename-format'] ?? (await diskInfo(scope, backing)).format;
  const args = ['rebase', '-u', '-f', info.format, '-F', format, '-b', backing, copy];
  await runTool(scope, 'qemu-img', args, { doing: `Naming the backing file of ${copy}` });
}
