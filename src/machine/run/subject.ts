import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { VivariumError } from '../../base/errors.ts';
import { namePattern } from '../../base/names.ts';
import { similar } from '../../base/similar.ts';
import { openBytes } from '../../host/file-bytes.ts';
import { type DiskFormat, detect, headLength, tailLength } from '../../image/detect.ts';
import { findImage, type Image, listImages, readImage } from '../../image/store.ts';
import type { Home } from '../home.ts';
import type { RunParameters } from './parameters.ts';

/** What is to be booted. Paths are absolute. */
export type Subject =
  | { kind: 'kernel'; kernel: string; initrd: string | undefined }
  | { kind: 'initramfs'; directory: string }
  | { kind: 'root'; directory: string }
  | { kind: 'iso'; file: string }
  /** Below an overlay, unless it is to be written to. */
  | { kind: 'disk'; file: string; format: DiskFormat; write?: boolean }
  | { kind: 'image'; image: Image };

type Asked = Pick<RunParameters, 'what' | 'kernel' | 'initrd' | 'root' | 'initramfs' | 'installed'>;

/**
 * Finds out what was asked to be run: a flag says what it is, and `what` is known by its content.
 * @throws `subject-unknown`, `subject-unfit`, `file-missing`, `image-broken`
 */
export function subjectOf(home: Home, asked: Asked): Subject {
  const { what, kernel, initrd, root, initramfs, installed } = asked;
  if (installed !== undefined) return { kind: 'disk', file: installed, format: 'qcow2', write: true };
  const named = Object.entries({ WHAT: what, '--root': root, '--initramfs': initramfs }).flatMap(
    ([flag, value]) => (value === undefined ? [] : [flag]),
  );
  if (named.length > 1) {
    const problem = `${named.join(' and ')} are different things to boot`;
    throw new VivariumError('subject-unfit', { what: what ?? 'This', problem, next: 'Give one of them.' });
  }
  if (root !== undefined) return { kind: 'root', directory: directory(root, 'The root directory') };
  if (initramfs !== undefined) {
    return { kind: 'initramfs', directory: directory(initramfs, 'The directory to pack') };
  }
  if (what !== undefined) return byContent(home, what, initrd);
  if (kernel !== undefined)
    return { kind: 'kernel', kernel: kernelAt(kernel), initrd: initrd && file(initrd) };
  throw new VivariumError('subject-unfit', {
    what: 'This directory',
    problem: 'it has no cartridge.yaml, and nothing else was named',
    next: 'Name something: vm run debian.iso   vm run --root ./tree   Or begin a cartridge: vm cartridge init',
  });
}

/** A file goes before an image of the same name: `./tiny` and `tiny` can both be meant where both exist. */
function byContent(home: Home, what: string, initrd: string | undefined): Subject {
  const found = statSync(what, { throwIfNoEntry: false });
  const isName = namePattern.test(what);
  if (isName && (!found || found.isDirectory()) && findImage(home.directory, what)) {
    return { kind: 'image', image: readImage(home.directory, what) };
  }
  if (!found) {
    const names = listImages(home.directory).map(({ name }) => name);
    throw new VivariumError('subject-unknown', { what, similar: isName ? similar(what, names) : [] });
  }
  if (found.isDirectory()) throw directoryUnfit(what);
  return fileSubject(what, initrd);
}

function fileSubject(what: string, initrd: string | undefined): Subject {
  const path = file(what);
  using bytes = openBytes(path);
  const head = bytes.at(0, headLength);
  if (isKernel(head)) return { kind: 'kernel', kernel: path, initrd: initrd && file(initrd) };
  const tail = bytes.at(Math.max(0, bytes.size - tailLength), tailLength);
  const detected = detect(head, tail, bytes.size);
  const unfit = (problem: string, next: string) =>
    new VivariumError('subject-unfit', { what, problem, next });
  switch (detected.is) {
    case 'iso':
      return { kind: 'iso', file: path };
    case 'disk':
      return { kind: 'disk', file: path, format: detected.format };
    case 'wrapped':
      throw unfit(`it is packed (${detected.in})`, `Make an image of it first: vm image import ${what}`);
    case 'other':
      throw unfit(
        `it looks like ${detected.looksLike}`,
        'An ISO, a disk image and a kernel can be run; an initramfs with --kernel FILE --initrd FILE.',
      );
  }
}

/** A bzImage (boot.rst of Linux: the header at 0x202), or an ELF file. */
function isKernel(head: Buffer): boolean {
  return head.toString('latin1', 0x202, 0x206) === 'HdrS' || head.toString('latin1', 0, 4) === '\x7fELF';
}

function directoryUnfit(what: string): VivariumError {
  const isTree = existsSync(join(what, 'etc')) || existsSync(join(what, 'bin'));
  return new VivariumError('subject-unfit', {
    what,
    problem: 'it is a directory without a cartridge.yaml',
    next: isTree
      ? `Its files as the guest's /: vm run --root ${what}   Packed first: vm run --initramfs ${what}`
      : `Make it a cartridge: vm cartridge init ${what}`,
  });
}

function directory(path: string, what: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return resolve(path);
  if (found) {
    const next = 'An ISO, a disk image and a kernel are named without a flag: vm run FILE';
    throw new VivariumError('subject-unfit', { what: path, problem: 'it is no directory', next });
  }
  throw new VivariumError('file-missing', { file: path, what });
}

export function file(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return resolve(path);
  throw new VivariumError('file-missing', { file: path, what: 'The file' });
}

/** The file of a kernel that is named by a flag. @throws `file-missing`, `subject-unfit` */
export function kernelAt(path: string): string {
  const found = file(path);
  using bytes = openBytes(found);
  if (isKernel(bytes.at(0, headLength))) return found;
  const problem = 'it is no kernel: neither a bzImage nor an ELF file';
  const next = 'A kernel that you have built is arch/x86/boot/bzImage in its tree.';
  throw new VivariumError('subject-unfit', { what: path, problem, next });
}
