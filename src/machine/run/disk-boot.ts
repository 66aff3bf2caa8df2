import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { DiskFormat } from '../../image/detect.ts';
import { createDisk, diskInfo, readHead } from '../../qemu/disk-image.ts';
import { readQcow2 } from '../../qemu/qcow2.ts';
import { machineFiles } from '../files.ts';
import { commandLine, toldBy } from './command-line.ts';
import type { Boot, Context } from './context.ts';
import { withAdditions } from './initrd.ts';
import { kernelFile } from './kernel-file.ts';
import { checkNothingAdded } from './nothing-added.ts';
import { file as existing, kernelAt } from './subject.ts';

/** A disk, below an overlay unless the file itself is to be written to. */
export async function bootDisk(
  context: Context,
  { file, format, write = false }: { file: string; format: DiskFormat; write?: boolean },
): Promise<Boot> {
  const { scope, stage, parameters } = context;
  const disk = write ? file : join(stage, machineFiles.drive);
  if (!write) await createDisk(scope, disk, await sizeOf(context, file, format), { file, format });
  const disks = [{ file: write ? file : machineFiles.drive }];
  if (parameters.kernel !== undefined) {
    const base = parameters.initrd === undefined ? undefined : existing(parameters.initrd);
    const { initrd, append } = await withAdditions(context, base, 'elsewhere');
    const kernel = await kernelFile(context, kernelAt(parameters.kernel));
    const line = commandLine(toldBy(parameters), append);
    const how = `${basename(file)} with the kernel ${basename(parameters.kernel)}`;
    return { how, spec: { disks, kernel, initrd, append: line }, advice: [] };
  }
  checkNothingAdded(context, file);
  const firmware = context.firmware ?? (await firmwareFor(context, disk));
  return { how: `${basename(file)} by ${firmware.toUpperCase()}`, spec: { disks, firmware }, advice: [] };
}

/** Bytes that a guest sees. */
async function sizeOf({ scope }: Context, file: string, format: DiskFormat): Promise<number> {
  if (format === 'raw') return Math.ceil(statSync(file).size / 512) * 512;
  const qcow2 = format === 'qcow2' ? readQcow2(file) : undefined;
  return qcow2?.size ?? (await diskInfo(scope, file, format))['virtual-size'];
}

/**
 * UEFI for a disk that BIOS cannot start: its partition table is a GPT, which has a protective MBR with one
 * partition of type 0xEE (UEFI 5.2.3), and there is no code before that.
 */
async function firmwareFor({ scope }: Context, disk: string): Promise<'bios' | 'uefi'> {
  const head = await readHead(scope, disk, 'qcow2', 512);
  const code = head.subarray(0, 440);
  return head[0x1c2] === 0xee && code.every((byte) => byte === 0) ? 'uefi' : 'bios';
}
