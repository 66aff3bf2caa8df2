import { availableParallelism } from 'node:os';
import type { Scope } from '../../base/scope.ts';
import { runTool } from '../../host/run-tool.ts';
import { type Block, cpioBlocks } from '../cpio.ts';
import type { CpioEntry } from '../cpio-entry.ts';
import { type Compression, type Packer, packers } from './compression.ts';

/** Takes the next bytes, whose place is used again when it has returned. */
export type Write = (bytes: Uint8Array) => void | Promise<void>;

export interface Packing {
  compression: Compression;
  level: number;
}

/** What is being done, for who watches, and about how many bytes the archive will have. */
export interface Told {
  text: string;
  total: number;
}

/**
 * Parts that are compressed by themselves: large enough to lose nothing by that, small enough for all processors to
 * get some. What is larger is left to a tool, so that nothing large is held.
 */
const parts = { size: 2 ** 23, enough: 2 ** 21 };

/** What a tool is fed at once: while it compresses some, the next is read. */
const feed = { size: 2 ** 18, enough: 2 ** 18 };

/**
 * Writes an archive of `entries`, packed.
 * @throws `tool-missing`, `command-failed`, `interrupted`, `timeout`, and what `cpio` and `write` throw
 */
export async function writePacked(
  scope: Scope,
  entries: Iterable<CpioEntry>,
  { compression, level }: Packing,
  { text, total }: Told,
  write: Write,
): Promise<void> {
  const packer: Packer | undefined = compression === 'none' ? undefined : packers[compression];
  let done = 0;
  async function* blocks(): AsyncGenerator<Block> {
    scope.step(text, { done, of: total });
    for await (const block of cpioBlocks(entries, packer?.part ? parts : feed)) {
      scope.check();
      yield block;
      done += block.bytes.length;
      scope.step(text, { done, of: Math.max(done, total) });
    }
  }
  const byTool = async (input: AsyncIterable<Buffer>, [command = '', ...args]: string[]): Promise<void> => {
    const output = async (stdout: AsyncIterable<Buffer>) => {
      for await (const bytes of stdout) await write(bytes);
    };
    await runTool(scope, command, args, { doing: text, input, output });
  };
  if (!packer) {
    for await (const { bytes, release } of blocks()) {
      await write(bytes);
      release();
    }
  } else if (packer.part) {
    const part = (bytes: Buffer) => packer.part?.(bytes, level) as Promise<Buffer>;
    await writeParts(blocks(), part, (run) => byTool(run, packer.tool(level)), write);
  } else {
    await byTool(bytesOf(blocks()), packer.tool(level));
  }
}

async function* bytesOf(blocks: AsyncIterable<Block>): AsyncGenerator<Buffer> {
  for await (const { bytes } of blocks) yield bytes;
}

/**
 * Writes blocks in their order, compressed side by side; an entry that is larger than a block is given to `long` as a
 * whole.
 */
async function writeParts(
  blocks: AsyncGenerator<Block>,
  part: (bytes: Buffer) => Promise<Buffer>,
  long: (run: AsyncIterable<Buffer>) => Promise<void>,
  write: Write,
): Promise<void> {
  const pending: Promise<void>[] = [];
  const allBut = async (count: number) => {
    while (pending.length > count) await pending.shift();
  };
  const writeBehind = async (compressed: Promise<Buffer>, before: Promise<void> | undefined) => {
    const bytes = await compressed;
    await before;
    await write(bytes);
  };
  try {
    for (;;) {
      const { done, value: block } = await blocks.next();
      if (done) break;
      if (block.whole) {
        const written = writeBehind(part(block.bytes).finally(block.release), pending.at(-1));
        written.catch(() => {}); // who awaits it is told
        pending.push(written);
        await allBut(availableParallelism() + 1);
      } else {
        await allBut(0);
        await long(entryFrom(block, blocks));
      }
    }
    await allBut(0);
  } finally {
    await blocks.return(undefined);
  }
}

/** What begins with a block, up to where an entry ends. */
async function* entryFrom(first: Block, blocks: AsyncGenerator<Block>): AsyncGenerator<Buffer> {
  yield first.bytes;
  for (let whole = false; !whole; ) {
    const { done, value: block } = await blocks.next();
    if (done) return;
    yield block.bytes;
    whole = block.whole;
  }
}
