import { MigrationBytes } from './migration-bytes.ts';
import { MigrationStreamFault } from './migration-fault.ts';
import { type RamBlocks, readRamSection } from './ram-pages.ts';
import { pageSize, RamRun, type RamSink } from './ram-run.ts';

export { MigrationStreamFault } from './migration-fault.ts';
export type { RamSink } from './ram-run.ts';

/** Source: QEMU_VM_… in migration/savevm.h and include/migration/qemu-file-types.h of QEMU; numbers are big-endian. */
const section = { start: 1, part: 2, end: 3, subsection: 5, configuration: 7, command: 8, footer: 0x7e };
const magic = 0x5145564d; // QEVM
const streamVersion = 3;
const ramVersion = 4;

/** Capabilities that change what is in the stream; QEMU names there those that both sides must have. */
const needed = 'x-ignore-shared';

/** What was taken out of a stream. */
export interface TakenRam {
  /** Bytes of all pages that came, zeroes and repetitions too; 0 where QEMU had left the block out itself. */
  bytes: number;
  /** Bytes of the block, or undefined where the machine has none of that name. */
  size: number | undefined;
}

/**
 * Copies a migration stream that was made with the capability x-ignore-shared, of a machine with pages of 4 KiB, and
 * leaves out the pages of one RAM block, which go to `sink`. What `to` gets loads as if QEMU had left out the block.
 * What comes after the last page (the devices) is passed on unread: that it is all there only `query-migrate` tells.
 * @throws MigrationStreamFault where something unknown is in the stream, or where it ends before the last page
 */
export async function takeOutRam(
  from: AsyncIterable<Buffer>,
  block: string,
  sink: RamSink,
  to: (chunk: Buffer) => Promise<void> | void,
): Promise<TakenRam> {
  await using bytes = new MigrationBytes(from, to);
  const blocks: RamBlocks = { sizes: new Map(), taken: block, run: new RamRun(sink) };
  await readHeader(bytes);
  await readSections(bytes, blocks);
  await blocks.run.flush(0, false);
  await bytes.passRest();
  return { bytes: blocks.run.bytes, size: blocks.sizes.get(block) };
}

async function readHeader(bytes: MigrationBytes): Promise<void> {
  if ((await bytes.be32()) !== magic) throw new MigrationStreamFault('is none of QEMU');
  const version = await bytes.be32();
  if (version !== streamVersion) throw new MigrationStreamFault(`has version ${version}`);
  if ((await bytes.byte()) !== section.configuration) throw new MigrationStreamFault('has no configuration');
  await bytes.text(await bytes.be32());
  const capabilities: string[] = [];
  for (await bytes.need(1); bytes.buffer[bytes.at] === section.subsection; await bytes.need(1))
    capabilities.push(...(await readSubsection(bytes)));
  if (!capabilities.includes(needed)) throw new MigrationStreamFault(`was made without ${needed}`);
  const other = capabilities.find((name) => name !== needed);
  if (other) throw new MigrationStreamFault(`was made with ${other}`);
}

/** Reads a part of the configuration. @returns the capabilities, where it is they */
async function readSubsection(bytes: MigrationBytes): Promise<string[]> {
  await bytes.byte();
  const name = await bytes.name();
  await bytes.be32(); // version
  if (name === 'configuration/uuid') {
    await bytes.text(16);
  } else if (name === 'configuration/target-page-bits') {
    const size = 2 ** (await bytes.be32());
    if (size !== pageSize) throw new MigrationStreamFault(`has pages of ${size} bytes`);
  } else if (name === 'configuration/capabilities') {
    const names = [];
    for (let count = await bytes.be32(); count > 0; count--) names.push(await bytes.name());
    return names;
  } else {
    throw new MigrationStreamFault(`has an unknown part ${name}`);
  }
  return [];
}

/** Reads to the end of the last section of `ram`: QEMU sends what may still change first, and all devices after it. */
async function readSections(bytes: MigrationBytes, blocks: RamBlocks): Promise<void> {
  let ram: number | undefined;
  for (;;) {
    const type = await bytes.byte();
    if (type === section.command) {
      await bytes.be16();
      await bytes.text(await bytes.be16());
      continue;
    }
    if (type !== section.start && type !== section.part && type !== section.end)
      throw new MigrationStreamFault(`has a section of type ${type} before the end of the RAM`);
    const id = await bytes.be32();
    if (type === section.start) ram = await startRam(bytes, id);
    else if (id !== ram) throw new MigrationStreamFault(`has a part of the unknown section ${id}`);
    await readRamSection(bytes, blocks);
    if ((await bytes.byte()) !== section.footer || (await bytes.be32()) !== id)
      throw new MigrationStreamFault(`does not end section ${id}`);
    if (type === section.end) return;
  }
}

/** The RAM is all that is sent in parts in a machine of ours. @returns its id */
async function startRam(bytes: MigrationBytes, id: number): Promise<number> {
  const name = await bytes.name();
  await bytes.be32(); // instance
  const version = await bytes.be32();
  if (name !== 'ram' || version !== ramVersion)
    throw new MigrationStreamFault(`has ${name} of version ${version} in parts`);
  return id;
}
