import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

/** A file of `test/fixtures/block`. */
export const blockFixture = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../fixtures/block', name), 'utf8');

/** The tree of `guest.sysfs`, made once for all tests of a file, which leave it as it is. @returns gives its path */
export function guestSysfs(): () => string {
  let sys = '';
  beforeAll(() => {
    sys = mkdtempSync(join(tmpdir(), 'vivarium-sysfs-'));
    writeSysfs(sys, blockFixture('guest.sysfs'));
  });
  afterAll(() => rmSync(sys, { recursive: true }));
  return () => sys;
}

/** Makes a tree of what `print-sysfs.sh` has printed, as `/sys` would be. */
export function writeSysfs(sys: string, printed: string): void {
  for (const line of new Set(printed.split('\n').filter((text) => text !== ''))) {
    const [, path = '', how, value = ''] = /^(\S+) (->|=) (.*)$/.exec(line) ?? [];
    const file = join(sys, path);
    mkdirSync(dirname(file), { recursive: true });
    if (how === '->') symlinkSync(value, file);
    else
      writeFileSync(
        file,
        `${value.replace(/\\x(..)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))}\n`,
        'latin1',
      );
  }
}

export interface ProcFiles {
  /** Of our own process. */
  mountinfo?: string;
  swaps?: string;
  /** Other processes by their pid: their files, and links as `-> target`. */
  processes?: Record<string, Record<string, string>>;
}

/** Makes a tree as `/proc` would be. */
export function writeProc(
  proc: string,
  { mountinfo = '', swaps = 'Filename\n', processes = {} }: ProcFiles,
): void {
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(proc, file)), { recursive: true });
    if (text.startsWith('-> ')) symlinkSync(text.slice(3), join(proc, file));
    else writeFileSync(join(proc, file), text);
  };
  write('self/mountinfo', mountinfo);
  write('swaps', swaps);
  for (const [pid, files] of Object.entries(processes))
    for (const [file, text] of Object.entries(files)) write(`${pid}/${file}`, text);
}
