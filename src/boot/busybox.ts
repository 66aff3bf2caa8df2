import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { installCommand } from '../host/package-manager.ts';
import { runTool } from '../host/run-tool.ts';

export interface Busybox {
  /** `BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.` */
  version: string;
  content: Buffer;
  /** Paths below the root directory by which it is called: `bin/ls`. */
  applets: string[];
}

/**
 * The host's busybox, of which a guest's user space is made; it has to do without any library.
 * @param purpose completes "it is needed …"
 * @throws `tool-missing`
 */
export async function findBusybox(
  scope: Scope,
  purpose = "as the tiny guest's user space",
): Promise<Busybox> {
  const { path, content } = readBusybox(purpose);
  const doing = 'Asking busybox what it can do';
  const [about, applets] = await Promise.all([
    runTool(scope, path, ['--help'], { doing }),
    runTool(scope, path, ['--list-full'], { doing }),
  ]);
  return {
    version: about.stdout.toString().split('\n')[0] ?? '',
    content,
    applets: applets.stdout
      .toString()
      .split('\n')
      .filter((applet) => applet !== '' && !applet.endsWith('/busybox'))
      .sort(),
  };
}

/** Its file alone. @throws `tool-missing` */
export function readBusybox(purpose: string): { path: string; content: Buffer } {
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/bin', '/usr/bin'].filter(Boolean);
  for (const path of directories.map((directory) => join(directory, 'busybox'))) {
    const content = contentOf(path);
    if (content && isStaticProgram(content)) return { path, content };
  }
  throw new VivariumError('tool-missing', {
    tool: 'busybox-static',
    purpose,
    install: installCommand('busybox'),
  });
}

/**
 * Whether these are the bytes of an x86-64 program that needs no interpreter, that is, no dynamic linker:
 * elf(5), Elf64_Ehdr and Elf64_Phdr.
 */
export function isStaticProgram(elf: Buffer): boolean {
  const x86 = 62;
  const interpreter = 3;
  if (elf.length < 64 || elf.toString('latin1', 0, 4) !== '\x7fELF' || elf.readUInt16LE(0x12) !== x86)
    return false;
  const headers = Number(elf.readBigUInt64LE(0x20));
  const size = elf.readUInt16LE(0x36);
  const count = elf.readUInt16LE(0x38);
  if (headers + count * size > elf.length) return false;
  const types = Array.from({ length: count }, (_, index) => elf.readUInt32LE(headers + index * size));
  return !types.includes(interpreter);
}

function contentOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
