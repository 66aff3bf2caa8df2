import type { MigrationBytes } from './migration-bytes.ts';
import { MigrationStreamFault } from './migration-fault.ts';
import { pageSize, type RamRun } from './ram-run.ts';

/** In the low bits of a page's offset. Source: RAM_SAVE_FLAG_… in migration/ram.c of QEMU. */
const flag = { zero: 0x02, memSize: 0x04, page: 0x08, end: 0x10, again: 0x20 };

/** What else QEMU can write there, none of which it does with the capabilities that we set. */
const foreign = new Map([
  [0x40, 'XBZRLE'],
  [0x80, 'RDMA'],
  [0x100, 'compression'],
  [0x200, 'multifd'],
]);

/** The RAM blocks of a machine, and where reading and writing their pages is. */
export interface RamBlocks {
  /** Bytes of each block that are in use, by name. */
  sizes: Map<string, number>;
  /** The one to leave out, whose pages go to `run`. */
  taken: string;
  run: RamRun;
  /** The block of the last page that was read, and of the last that was passed on. */
  read?: string;
  passed?: string;
}

/**
 * Reads what a section of `ram` holds: the list of blocks, and pages.
 * @throws MigrationStreamFault
 */
export async function readRamSection(bytes: MigrationBytes, blocks: RamBlocks): Promise<void> {
  for (;;) {
    await bytes.need(8);
    const low = bytes.buffer.readUInt32BE(bytes.at + 4);
    const flags = low % pageSize;
    const kind = flags & ~flag.again;
    if (kind === flag.page || kind === flag.zero) {
      await readPage(bytes, blocks, flags);
    } else {
      const total = await bytes.be64();
      if (flags === flag.end) return;
      if (flags !== flag.memSize) throw unknownFlags(flags);
      await readBlockList(bytes, blocks.sizes, total - flags);
    }
  }
}

/** Each block has its name, the bytes in use, and its address, which x-ignore-shared adds. */
async function readBlockList(
  bytes: MigrationBytes,
  sizes: Map<string, number>,
  total: number,
): Promise<void> {
  for (let left = total; left > 0; ) {
    const name = await bytes.name();
    const size = await bytes.be64();
    await bytes.be64();
    sizes.set(name, size);
    left -= size;
    if (left < 0) throw new MigrationStreamFault('has RAM blocks that are more than their sum');
  }
}

/** Reads the record of a page, at whose begin reading is: offset and flags, the block's name if it is another, content. */
async function readPage(bytes: MigrationBytes, blocks: RamBlocks, flags: number): Promise<void> {
  const zero = (flags & flag.zero) !== 0;
  const again = (flags & flag.again) !== 0;
  let head = 8;
  if (!again) {
    await bytes.need(9);
    head = 9 + bytes.buffer.readUInt8(bytes.at + 8);
  }
  const length = head + (zero ? 1 : pageSize);
  await bytes.need(length);
  const { buffer, at } = bytes;
  if (!again) blocks.read = buffer.toString('latin1', at + 9, at + head);
  if (blocks.read !== blocks.taken) return await passPage(bytes, blocks, length, again);

  const offset = buffer.readUInt32BE(at) * 2 ** 32 + buffer.readUInt32BE(at + 4) - flags;
  if (offset + pageSize > (blocks.sizes.get(blocks.taken) ?? 0))
    throw new MigrationStreamFault(`has a page at ${offset}, where ${blocks.taken} has none`);
  if (zero && buffer[at + head] !== 0)
    throw new MigrationStreamFault('has a page filled with other than zero');
  if (!blocks.run.takes(offset, zero)) await blocks.run.flush(offset, zero);
  if (zero) blocks.run.addZero();
  else blocks.run.addPage(buffer, at + head);
  bytes.at += length;
  await bytes.leaveOut(at);
}

/** Passes a page on; with its block's name where those between it and the last one of the block were left out. */
async function passPage(
  bytes: MigrationBytes,
  blocks: RamBlocks,
  length: number,
  again: boolean,
): Promise<void> {
  const { read } = blocks;
  if (read === undefined) throw new MigrationStreamFault('has a page of no block');
  if (again && blocks.passed !== read) {
    const head = Buffer.from(bytes.buffer.subarray(bytes.at, bytes.at + 8));
    head.writeUInt8((head[7] as number) & ~flag.again, 7);
    bytes.at += 8;
    await bytes.leaveOut(bytes.at - 8);
    await bytes.insert(Buffer.concat([head, Buffer.of(read.length), Buffer.from(read, 'latin1')]));
    bytes.at += length - 8;
  } else {
    bytes.at += length;
  }
  blocks.passed = read;
}

function unknownFlags(flags: number): MigrationStreamFault {
  const name = foreign.get(flags & ~flag.again);
  return new MigrationStreamFault(
    `has a page with the flags 0x${flags.toString(16)}${name ? ` (${name})` : ''}`,
  );
}
