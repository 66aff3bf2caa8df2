import type { FileBytes } from '../host/file-bytes.ts';
import { judgeIso } from '../qemu/iso.ts';
import { readQcow2 } from '../qemu/qcow2.ts';
import { judgeRaw } from '../qemu/raw-disk.ts';
import { judgeVdi } from '../qemu/vdi.ts';
import { unreadable, unsafe, type Verdict } from '../qemu/verdict.ts';
import { judgeVhdx } from '../qemu/vhdx.ts';
import { judgeVmdk } from '../qemu/vmdk.ts';
import { judgeVpc } from '../qemu/vpc.ts';
import type { DiskFormat } from './detect.ts';

/**
 * Looks at a disk that somebody else made before QEMU does, which would open whatever files such a disk names, and
 * would read the missing end of a damaged one as zeroes.
 * @returns what is wrong with it
 */
export function judge(file: string, bytes: FileBytes, format: DiskFormat | 'iso'): Verdict | undefined {
  const judges = {
    qcow2: () => judgeQcow2(file),
    raw: () => judgeRaw(bytes),
    vmdk: () => judgeVmdk(bytes),
    vdi: () => judgeVdi(bytes),
    vhdx: () => judgeVhdx(bytes),
    vpc: () => judgeVpc(bytes),
    iso: () => judgeIso(bytes),
  };
  return judges[format]();
}

function judgeQcow2(file: string): Verdict | undefined {
  const header = readQcow2(file);
  if (!header) return unreadable('it is a qcow2 of a version that is not known');
  if (header.backing !== undefined) return unsafe(`it is an overlay of another file, ${header.backing}`);
  if (header.externalData) return unsafe('it is a qcow2 whose data lie in another file');
  if (header.encrypted) return unreadable('it is an encrypted qcow2');
  if (header.size === 0) return unreadable('it is an empty qcow2');
  return undefined;
}
