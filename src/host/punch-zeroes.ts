import type { Scope } from '../base/scope.ts';
import { openBytes } from './file-bytes.ts';
import { runTool } from './run-tool.ts';
import { isTmpfs } from './tmpfs.ts';

/** Bytes that are looked at together; less is not worth running a tool for. */
export const worthPunching = 2 ** 18;
const zeroes = Buffer.alloc(worthPunching);

/**
 * Gives back the memory that long rows of zeroes take in a part of a file. A hole of a tmpfs that is read through a
 * mapping becomes a page of it for good (mm/shmem.c); any other file system only caches it, and nothing is done there.
 * The content stays what it is, so that others may have it mapped; nobody may write to it meanwhile.
 *
 * `fallocate --dig-holes` is not used: that of util-linux 2.38 takes a page of data, too, where a row of zeroes reaches
 * the end of the part.
 * @throws `tool-missing`, `command-failed`, `interrupted`, `timeout`
 */
export async function punchZeroes(scope: Scope, file: string, offset: number, length: number): Promise<void> {
  if (!isTmpfs(file)) return;
  using bytes = openBytes(file);
  const punch = async (from: number, to: number) => {
    if (to - from < worthPunching) return;
    const part = ['--offset', `${from}`, '--length', `${to - from}`];
    const doing = `Making a hole in ${file}`;
    await runTool(scope, 'fallocate', ['--punch-hole', ...part, '--', file], { doing });
  };
  const end = offset + length;
  let begin = offset;
  for (let at = offset; at < end; at += worthPunching) {
    const next = Math.min(at + worthPunching, end);
    const content = bytes.at(at, next - at);
    if (content.compare(zeroes, 0, content.length) === 0) continue;
    await punch(begin, at);
    begin = next;
  }
  await punch(begin, end);
}
