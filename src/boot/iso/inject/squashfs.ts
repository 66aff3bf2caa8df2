import { dirname } from 'node:path/posix';
import type { Scope } from '../../../base/scope.ts';
import { runTool } from '../../../host/run-tool.ts';
import type { CpioDirectory, CpioEntry, Kind } from '../../cpio-entry.ts';
import type { Layout } from '../../live/layout.ts';
import { tarStream } from './tar-stream.ts';

/** What a squashfs has in it, as far as something is to be laid over it. */
export interface SquashfsLayout extends Layout {
  /** Its directories as entries, by their paths. */
  directories: Map<string, CpioDirectory>;
}

const kinds: Record<string, Kind> = {
  '-': 'file',
  d: 'directory',
  l: 'symlink',
  c: 'character',
  b: 'block',
  p: 'fifo',
  s: 'socket',
};

/**
 * Looks at a squashfs inside another file.
 * @throws `tool-missing`, `command-failed`
 */
export async function squashfsLayout(scope: Scope, file: string, offset: number): Promise<SquashfsLayout> {
  const args = ['-offset', String(offset), '-lln', file];
  const { stdout } = await runTool(scope, 'unsquashfs', args, { doing: `Reading the root in ${file}` });
  return parseSquashfs(stdout.toString());
}

/** Reads what `unsquashfs -lln` says: a line for each name, its mode in letters and the numbers of its owner. */
export function parseSquashfs(text: string): SquashfsLayout {
  const layout: SquashfsLayout = {
    kinds: new Map(),
    targets: new Map(),
    scripts: new Map(),
    directories: new Map(),
  };
  const row = /^([-dlcbps])(\S{9}) (\d+)\/(\d+) .*? \d{4}-\d\d-\d\d \d\d:\d\d squashfs-root\/(.*)$/gm;
  for (const [, type = '', letters = '', uid, gid, rest = ''] of text.matchAll(row)) {
    const arrow = type === 'l' ? rest.indexOf(' -> ') : -1;
    const path = arrow < 0 ? rest : rest.slice(0, arrow);
    const kind = kinds[type] as Kind;
    layout.kinds.set(path, kind);
    if (arrow >= 0) layout.targets.set(path, rest.slice(arrow + ' -> '.length));
    if (kind === 'directory') {
      const mode = modeOf(letters);
      layout.directories.set(path, { kind, path, mode, uid: Number(uid), gid: Number(gid) });
    }
  }
  return layout;
}

/** `rwxr-xr-t` as a number. */
export function modeOf(letters: string): number {
  const bits = [...letters].map((letter, index) => (/[-ST]/.test(letter) ? 0 : 0o400 >> index));
  const special = [/^..[sS]/, /^.{5}[sS]/, /^.{8}[tT]/].map((it, index) =>
    it.test(letters) ? 0o4000 >> index : 0,
  );
  return [...bits, ...special].reduce((mode, bit) => mode | bit, 0);
}

/**
 * The entries with every directory that leads to one, as `below` has it: what is laid over a directory shows its
 * own mode and owner. The last entry of a path counts.
 */
export function overlaid(entries: Iterable<CpioEntry>, below: SquashfsLayout): CpioEntry[] {
  const all = new Map<string, CpioEntry>();
  const put = (entry: CpioEntry) => {
    const key = entry.rawPath?.toString('latin1') ?? entry.path;
    all.delete(key);
    all.set(key, entry);
  };
  const leadTo = (path: string): void => {
    const parent = dirname(path);
    if (parent === '.' || all.has(parent)) return;
    leadTo(parent);
    put(below.directories.get(parent) ?? { kind: 'directory', path: parent, mode: 0o755 });
  };
  for (const entry of entries) {
    leadTo(entry.path);
    put(entry);
  }
  return [...all.values()];
}

/** Writes a squashfs of `entries`, packed fast; errors name `writes`. @throws `disk-full`, `tool-missing`, `command-failed` */
export async function writeSquashfs(
  scope: Scope,
  entries: Iterable<CpioEntry>,
  to: string,
  writes: string,
): Promise<void> {
  // Of the ways to pack it, every kernel reads this one.
  const how = ['-comp', 'gzip', '-Xcompression-level', '1', '-noappend', '-no-progress', '-quiet'];
  const root = ['-root-mode', '755', '-root-uid', '0', '-root-gid', '0', '-root-time', '0'];
  const input = asyncOf(tarStream(scope, entries));
  const options = { doing: 'Packing what is injected', input, writes };
  await runTool(scope, 'mksquashfs', ['-', to, '-tar', ...how, ...root], options);
}

async function* asyncOf(parts: Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* parts;
}
