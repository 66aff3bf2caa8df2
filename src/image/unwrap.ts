import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { isVivariumError, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { openBytes } from '../host/file-bytes.ts';
import { fileChunks } from '../host/file-chunks.ts';
import { runTool } from '../host/run-tool.ts';
import { writeSparse } from '../host/sparse-file.ts';
import type { Wrapping } from './detect.ts';
import { diskInTar } from './ova.ts';

/**
 * The host's tools where Node has none. zstd too: Node's own ends in silence behind the first of several frames.
 * The limits are on the memory that hostile data can ask for.
 */
const tools: Record<Exclude<Wrapping, 'gzip' | 'tar'>, string[]> = {
  xz: ['xz', '--decompress', '--stdout', '--memlimit-decompress=1GiB'],
  zstd: ['zstd', '--decompress', '--stdout', '--quiet', '--memory=1024MiB'],
  bzip2: ['bzip2', '--decompress', '--stdout'],
};

/** Bytes of a disk that come out of wrapped data at most; holes take no space, but time. */
const largest = 2 ** 43;

/**
 * Writes what is wrapped in `from` to the new file `to`.
 * @param label names the file in errors
 * @returns what to call the inner file
 * @throws `image-unreadable`, `image-unsafe`, `tool-missing`, `interrupted`, `timeout`
 */
export async function unwrap(
  scope: Scope,
  { from, to, wrapping, label }: { from: string; to: string; wrapping: Wrapping; label: string },
): Promise<string> {
  const text = `Unpacking ${label}`;
  using bytes = openBytes(from);
  const part = wrapping === 'tar' ? diskInTar(bytes, label) : { offset: 0, size: bytes.size };
  const read = () =>
    fileChunks(scope, from, {
      told: (done) => scope.step(text, { done, of: part.size }),
      offset: part.offset,
      length: part.size,
    });
  const write = async (output: AsyncIterable<Buffer>): Promise<void> => {
    await writeSparse(limited(output, label), to);
  };
  try {
    if (wrapping === 'tar') await write(read());
    else if (wrapping === 'gzip') await pipeline(read, createGunzip(), write);
    else {
      const [command = '', ...args] = tools[wrapping];
      await runTool(scope, command, args, { doing: text, input: read(), output: write });
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    const problem = `its ${wrapping} data are damaged or cut off`;
    const said = isVivariumError(error, 'command-failed') ? error.details.said : [];
    throw new VivariumError('image-unreadable', { file: label, problem, said }, { cause: error });
  }
  return 'name' in part ? `${label} (${part.name})` : label;
}

async function* limited(source: AsyncIterable<Buffer>, label: string): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > largest) {
      const problem = 'what comes out of it is larger than 8T';
      throw new VivariumError('image-unreadable', { file: label, problem });
    }
    yield chunk;
  }
}

/** What zlib and the tools say of data that are not what they ought to be. */
function isDamage(error: unknown): boolean {
  const { code } = Object(error) as { code?: unknown };
  return isVivariumError(error, 'command-failed') || (typeof code === 'string' && code.startsWith('Z_'));
}
