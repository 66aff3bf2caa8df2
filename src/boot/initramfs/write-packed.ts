import { writeSync } from 'node:fs';
import { errnoOf, VivariumError } from '../../base/errors.ts';
import type { Scope } from '../../base/scope.ts';
import { runTool } from '../../host/run-tool.ts';
import { cpio } from '../cpio.ts';
import type { CpioEntry } from '../cpio-entry.ts';
import { type Compression, packers } from './compression.ts';

/** Takes bytes as they come. */
export type Sink = (chunks: AsyncIterable<Uint8Array>) => Promise<void>;

export interface Packing {
  compression: Compression;
  level: number;
}

export interface Destination {
  /** An open file, or whoever takes the bytes. */
  to: number | Sink;
  /** What that is called in errors. */
  name: string;
  /** What is being done, for who watches, and about how many bytes the archive will have. */
  text: string;
  total: number;
}

/**
 * Writes an archive of `entries`, packed. @returns its bytes before it is packed
 * @throws `disk-full`, `tool-missing`, `interrupted`, `timeout`, and what `cpio` throws
 */
export async function writePacked(
  scope: Scope,
  entries: Iterable<CpioEntry>,
  { compression, level }: Packing,
  { to, name, text, total }: Destination,
): Promise<number> {
  let done = 0;
  async function* blocks(): AsyncGenerator<Buffer> {
    scope.step(text, { done, of: total });
    for await (const block of cpio(entries)) {
      scope.check();
      yield block;
      done += block.length;
      scope.step(text, { done, of: Math.max(done, total) });
    }
  }
  if (compression === 'none') {
    if (typeof to === 'function') await to(blocks());
    else for await (const block of blocks()) writeAll(to, block, name);
    return done;
  }
  const [command, ...args] = packers[compression].argv(level);
  await runTool(scope, command, args, {
    doing: text,
    input: blocks(),
    writes: name,
    ...(typeof to === 'function' ? { output: to } : { stdout: to }),
  });
  return done;
}

function writeAll(descriptor: number, block: Buffer, path: string): void {
  try {
    for (let at = 0; at < block.length; ) at += writeSync(descriptor, block, at);
  } catch (error) {
    if (errnoOf(error) !== 'ENOSPC' && errnoOf(error) !== 'EDQUOT') throw error;
    throw new VivariumError('disk-full', { path, doing: 'packing a tree into it' }, { cause: error });
  }
}
