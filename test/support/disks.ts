import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

export const qemuImg = (...args: string[]): string => execFileSync('qemu-img', args, { encoding: 'utf8' });

/** A raw disk of 8 MiB with a boot sector and some content, and the same in any format of qemu-img's. */
export function makeDisk(file: string, format = 'raw', ...options: string[]): void {
  const raw = format === 'raw' ? file : `${file}.raw`;
  const content = Buffer.alloc(8 * 2 ** 20);
  content.write('\x55\xaa', 510, 'latin1');
  content.write('the content of the disk', 2 ** 20);
  content.fill(7, 4 * 2 ** 20, 5 * 2 ** 20);
  writeFileSync(raw, content);
  if (format !== 'raw') qemuImg('convert', '-f', 'raw', '-O', format, ...options, raw, file);
}

/** What a guest would read of a disk. */
export function contentOf(file: string, format: string): Buffer {
  if (format === 'raw') return readFileSync(file);
  qemuImg('convert', '-f', format, '-O', 'raw', file, `${file}.content`);
  return readFileSync(`${file}.content`);
}

/** Writes bytes into a file that is there. */
export function patch(file: string, at: number, bytes: Buffer | string): void {
  const content = readFileSync(file);
  Buffer.from(bytes as string, 'latin1').copy(content, at);
  writeFileSync(file, content);
}
