import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readSync, truncateSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { has } from './has.ts';

/**
 * Whether tests can make disks of files: root can, where the kernel has loop devices and a container has not hidden
 * them. Where VIVARIUM_REQUIRE is set they must be there.
 */
export const canLoop = ['losetup', 'partx', 'mkfs.ext4', 'mkswap'].every(has) && (loopsWork() || required());

function loopsWork(): boolean {
  return process.getuid?.() === 0 && existsSync('/dev/loop-control');
}

function required(): boolean {
  if (!process.env.VIVARIUM_REQUIRE) return false;
  throw new Error('loop devices are required here: run as root, with /dev/loop-control');
}

export interface LoopDevice extends Disposable {
  path: string;
  name: string;
  /** What it has of `length` bytes from `offset` on, read from its file. */
  bytes(offset: number, length: number): Buffer;
  /** Changes its file behind its back. */
  patch(offset: number, bytes: Uint8Array): void;
  /** Gives it a GPT with so many partitions of 8 MiB, which the kernel knows. @returns their paths */
  part(count: number): string[];
}

/** A loop device of a new file, which may have partitions. Sizes in bytes. */
export function loopDevice(file: string, size: number, blockSize = 512): LoopDevice {
  closeSync(openSync(file, 'w'));
  truncateSync(file, size);
  const options = ['--find', '--show', '--partscan', '--sector-size', String(blockSize)];
  const path = execFileSync('losetup', [...options, file], { encoding: 'utf8' }).trim();
  const name = basename(path);
  const inFile = <T>(act: (descriptor: number) => T): T => {
    const descriptor = openSync(file, 'r+');
    try {
      return act(descriptor);
    } finally {
      closeSync(descriptor);
    }
  };
  return {
    path,
    name,
    bytes: (offset, length) =>
      inFile((descriptor) => {
        const bytes = Buffer.alloc(length);
        return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset));
      }),
    patch: (offset, bytes) => inFile((descriptor) => writeSync(descriptor, bytes, 0, bytes.length, offset)),
    part: (count) => {
      const script = `label: gpt\n${',8M\n'.repeat(count)}`;
      execFileSync('sfdisk', ['--quiet', '--no-reread', '--no-tell-kernel', path], { input: script });
      execFileSync('partx', ['--update', path]); // there are kernels that read no partition table themselves
      return Array.from({ length: count }, (_, at) => `${path}p${at + 1}`);
    },
    [Symbol.dispose]: () => {
      if (knownParts(name).length > 0) execFileSync('partx', ['--delete', path]);
      execFileSync('losetup', ['--detach', path]);
    },
  };
}

/** The partitions of a loop device that the kernel knows. */
export const knownParts = (name: string): string[] =>
  readdirSync(`/sys/class/block/${name}`).filter((entry) => entry.startsWith(`${name}p`));
