import type { Scope } from '../base/scope.ts';
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
  backing?: { file: string; format: 'qcow2' | 'raw' },
): Promise<void> {
  const below = backing ? ['-u', '-b', backing.file, '-F', backing.format] : [];
  const args = ['create', '-q', '-f', 'qcow2', ...below, file, String(bytes)];
  await runTool(scope, 'qemu-img', args, { doing: 'Making a disk', writes: file });
}

/** Gives a qcow2 disk that nobody uses another size. A smaller one cuts off what lies behind. */
export async function resizeDisk(scope: Scope, file: string, bytes: number): Promise<void> {
  const args = ['resize', '-q', '-f', 'qcow2', '--shrink', file, String(bytes)];
  await runTool(scope, 'qemu-img', args, { doing: 'Resizing a disk', writes: file });
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
