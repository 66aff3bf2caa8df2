import { promisify } from 'node:util';
import { constants, gunzip, zstdDecompress } from 'node:zlib';
import { isVivariumError, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { runTool } from '../host/run-tool.ts';

/** How kernels and their modules are packed, and the first bytes that tell (lib/decompress.c of Linux). */
const packings = {
  gzip: { magic: [0x1f, 0x8b], tool: undefined },
  zstd: { magic: [0x28, 0xb5], tool: undefined },
  xz: { magic: [0xfd, 0x37], tool: ['xz', '-dc'] },
  lz4: { magic: [0x02, 0x21], tool: ['lz4', '-dc'] },
  bzip2: { magic: [0x42, 0x5a], tool: ['bzip2', '-dc'] },
  lzma: { magic: [0x5d, 0x00], tool: ['xz', '-dc', '--format=lzma'] },
  lzo: { magic: [0x89, 0x4c], tool: ['lzop', '-dc'] },
  /** An ELF file as it is. */
  none: { magic: [0x7f, 0x45], tool: undefined },
} as const;

export type Packing = keyof typeof packings;

/** How `bytes` are packed, undefined where their beginning is not known. */
export function packingOf(bytes: Uint8Array): Packing | undefined {
  const names = Object.keys(packings) as Packing[];
  return names.find((name) => packings[name].magic.every((byte, at) => bytes[at] === byte));
}

/**
 * What `bytes` are once they are unpacked: by Node where it can, else by the host's tool.
 * @param file named in errors
 * @throws `kernel-unreadable` where they are damaged, `tool-missing`, `interrupted`, `timeout`
 */
export async function unpack(scope: Scope, packing: Packing, bytes: Buffer, file: string): Promise<Buffer> {
  try {
    const { tool } = packings[packing];
    if (tool) {
      const [command, ...args] = tool;
      return (await runTool(scope, command, args, { doing: `Unpacking ${file}`, input: bytes })).stdout;
    }
    if (packing === 'gzip') return await promisify(gunzip)(bytes);
    if (packing === 'zstd') {
      // Kernels are packed by `zstd -22 --ultra`, whose window is larger than what a reader allows by default.
      return await promisify(zstdDecompress)(bytes, { params: { [constants.ZSTD_d_windowLogMax]: 31 } });
    }
    return bytes;
  } catch (error) {
    if (isVivariumError(error) && error.code !== 'command-failed') throw error;
    const problem = `its ${packing} data are damaged`;
    throw new VivariumError('kernel-unreadable', { file, problem }, { cause: error });
  }
}
