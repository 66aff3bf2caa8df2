import { expect, test } from 'vitest';
import { MigrationStreamFault, takeOutRam } from './migration-stream.ts';

const be32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const be64 = (value: number) => Buffer.concat([be32(Math.floor(value / 2 ** 32)), be32(value % 2 ** 32)]);
const name = (text: string) => Buffer.concat([Buffer.of(text.length), Buffer.from(text)]);

const page = 4096;
const full = (byte: number) => Buffer.alloc(page, byte);
const capability = (...names: string[]) =>
  subsection('capabilities', be32(names.length), ...names.map((text) => name(text)));
const subsection = (what: string, ...content: Buffer[]) =>
  Buffer.concat([Buffer.of(5), name(`configuration/${what}`), be32(1), ...content]);
const header = (...subsections: Buffer[]) =>
  Buffer.concat([Buffer.from('QEVM'), be32(3), Buffer.of(7), be32(6), Buffer.from('pc-7.2'), ...subsections]);
const usual = header(capability('x-ignore-shared'));

const ramId = be32(2);
const footer = Buffer.concat([Buffer.of(0x7e), ramId]);
const end = be64(0x10);
/** The first section of the RAM, with two blocks: 64 pages that are taken out, and 16 that stay. */
const setUp = Buffer.concat([
  ...[Buffer.of(1), ramId, name('ram'), be32(0), be32(4), be64(80 * page + 4)],
  ...[name('pc.ram'), be64(64 * page), be64(0), name('vga'), be64(16 * page), be64(0xfd000000)],
  ...[end, footer],
]);
const section = (type: number, ...records: Buffer[]) =>
  Buffer.concat([Buffer.of(type), ramId, ...records, end, footer]);
const part = (...records: Buffer[]) => section(2, ...records);
const last = (...records: Buffer[]) => section(3, ...records);
const devices = Buffer.concat([Buffer.of(4), be32(9), name('timer'), full(4), Buffer.of(0)]);

/** A page of zeroes, or filled with a byte; of a block, or of the one of the page before. */
const record = (offset: number, content: number, block?: string) =>
  Buffer.concat([
    be64(offset * page + (content === 0 ? 0x02 : 0x08) + (block === undefined ? 0x20 : 0)),
    block === undefined ? Buffer.alloc(0) : name(block),
    content === 0 ? Buffer.of(0) : full(content),
  ]);

async function* inChunks(stream: Buffer, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < stream.length; at += length) yield stream.subarray(at, at + length);
}

async function takeOut(stream: Buffer, chunk = 65_536) {
  const passed: Buffer[] = [];
  const memory = Buffer.alloc(64 * page, 0xff);
  const calls: string[] = [];
  const sink = {
    write: (offset: number, pages: Buffer) => {
      calls.push(`write ${offset / page}+${pages.length / page}`);
      pages.copy(memory, offset);
    },
    zero: async (offset: number, length: number) => {
      calls.push(`zero ${offset / page}+${length / page}`);
      memory.fill(0, offset, offset + length);
    },
  };
  const taken = await takeOutRam(inChunks(stream, chunk), 'pc.ram', sink, (bytes) => {
    passed.push(Buffer.from(bytes));
  });
  return { taken, memory, calls, passed: Buffer.concat(passed) };
}

const whole = Buffer.concat([
  ...[usual, setUp],
  part(record(0, 0, 'vga'), record(1, 7), record(0, 1, 'pc.ram'), record(1, 2), record(2, 0), record(3, 0)),
  part(record(4, 3), record(2, 8, 'vga'), record(3, 0), record(5, 4, 'pc.ram')),
  last(record(1, 0), record(2, 5), record(4, 9, 'vga')),
  devices,
]);

test.each([1, 7, 4096, 4105, 65_536])(
  'in chunks of %s bytes, pages of the block go to the sink and all else stays',
  async (chunk) => {
    const { taken, memory, calls, passed } = await takeOut(whole, chunk);
    expect(taken).toEqual({ bytes: 8 * page, size: 64 * page });
    expect(calls).toEqual(['write 0+2', 'zero 2+2', 'write 4+2', 'zero 1+1', 'write 2+1']);
    const expected = [full(1), full(0), full(5), full(0), full(3), full(4), Buffer.alloc(58 * page, 0xff)];
    expect(memory.equals(Buffer.concat(expected))).toBe(true);
    const without = [
      ...[usual, setUp, part(record(0, 0, 'vga'), record(1, 7))],
      ...[part(record(2, 8, 'vga'), record(3, 0)), last(record(4, 9, 'vga')), devices],
    ];
    expect(passed.equals(Buffer.concat(without))).toBe(true);
  },
);

test('a page that went on from one that is left out gets the name of its block', async () => {
  const stream = [setUp, part(record(0, 1, 'vga'), record(0, 1, 'pc.ram')), part(record(1, 0, 'vga'))];
  const { passed } = await takeOut(Buffer.concat([usual, ...stream, last(record(2, 2)), devices]));
  const without = [usual, setUp, part(record(0, 1, 'vga')), part(record(1, 0, 'vga')), last(record(2, 2))];
  expect(passed.equals(Buffer.concat([...without, devices]))).toBe(true);
});

test('a stream without the block is the same after it', async () => {
  const stream = Buffer.concat([usual, setUp, part(record(0, 0, 'vga'), record(1, 7)), last(), devices]);
  const { taken, calls, passed } = await takeOut(stream);
  expect(taken).toEqual({ bytes: 0, size: 64 * page });
  expect(calls).toEqual([]);
  expect(passed.equals(stream)).toBe(true);
});

test('many pages are handed on a mebibyte at a time', async () => {
  const size = 600 * page;
  const blocks = [be64(size + 4), name('pc.ram'), be64(size), be64(0)];
  const first = Buffer.concat([Buffer.of(1), ramId, name('ram'), be32(0), be32(4), ...blocks, end, footer]);
  const records = Array.from({ length: 600 }, (_, n) => record(n, 1 + (n % 255), n ? undefined : 'pc.ram'));
  const lengths: number[] = [];
  const stream = Buffer.concat([usual, first, last(...records), devices]);
  await takeOutRam(
    inChunks(stream, 65_536),
    'pc.ram',
    { write: (_, pages) => void lengths.push(pages.length), zero: () => {} },
    () => {},
  );
  expect(lengths).toEqual([2 ** 20, 2 ** 20, 88 * page]);
});

test('what else QEMU may say before the devices stays', async () => {
  const uuid = subsection('uuid', Buffer.alloc(16, 3));
  const bits = subsection('target-page-bits', be32(12));
  const command = Buffer.from([8, 0, 11, 0, 3, 1, 2, 3]);
  const begin = [header(bits, capability('x-ignore-shared'), uuid), command, setUp, command];
  const stream = Buffer.concat([...begin, part(record(0, 1, 'pc.ram')), command, last(), devices]);
  const { passed } = await takeOut(stream);
  expect(passed.equals(Buffer.concat([...begin, part(), command, last(), devices]))).toBe(true);
});

const strange = (flags: number) => Buffer.concat([usual, setUp, part(be64(flags))]);
test.each([
  ['none of QEMU', /is none of QEMU/, Buffer.from('QFI\xfb, a disk')],
  ['another version', /has version 2/, Buffer.concat([Buffer.from('QEVM'), be32(2)])],
  ['an old machine', /has no configuration/, Buffer.concat([Buffer.from('QEVM'), be32(3), Buffer.of(1)])],
  ['without the capability', /without x-ignore-shared/, Buffer.concat([header(), setUp])],
  [
    'a capability that changes the stream',
    /made with mapped-ram/,
    Buffer.concat([header(capability('x-ignore-shared', 'mapped-ram')), setUp]),
  ],
  ['large pages', /pages of 16384 bytes/, header(subsection('target-page-bits', be32(14)))],
  ['a configuration of another day', /unknown part configuration\/x/, header(subsection('x'))],
  [
    'a name as long as no name is',
    /text of 4294967295/,
    Buffer.concat([usual.subarray(0, 9), be32(2 ** 32 - 1)]),
  ],
  ['XBZRLE', /flags 0x40 \(XBZRLE\)/, strange(0x40)],
  ['compression', /flags 0x120 \(compression\)/, strange(0x120)],
  ['multifd', /flags 0x200 \(multifd\)/, strange(0x200)],
  ['RDMA', /flags 0x80 \(RDMA\)/, strange(0x80)],
  ['two kinds of page', /flags 0xa$/, strange(0x0a)],
  ['a page of no block', /page of no block/, Buffer.concat([usual, setUp, part(record(0, 1))])],
  [
    'a page behind the block',
    /page at 262144, where pc.ram has none/,
    Buffer.concat([usual, setUp, part(record(64, 1, 'pc.ram'))]),
  ],
  [
    'a page of other than zero',
    /filled with other/,
    Buffer.concat([usual, setUp, part(be64(2), name('pc.ram'), Buffer.of(1))]),
  ],
  ['devices first', /section of type 4/, Buffer.concat([usual, setUp, devices])],
  [
    'another live section',
    /has vfio of version 1 in parts/,
    Buffer.concat([usual, Buffer.of(1), be32(5), name('vfio'), be32(0), be32(1)]),
  ],
  ['a part of nothing', /unknown section 2/, Buffer.concat([usual, part()])],
  ['no footer', /does not end section 2/, Buffer.concat([usual, setUp.subarray(0, -5), devices])],
])('%s is told', async (_, message, stream) => {
  const error = await takeOut(Buffer.concat([stream, Buffer.alloc(100)])).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(MigrationStreamFault);
  expect((error as Error).message).toMatch(message);
});

test('a stream that ends before the last page is told, wherever it ends', async () => {
  const short = Buffer.concat([usual, setUp, part(record(0, 1, 'vga'), record(0, 1, 'pc.ram')), last()]);
  for (let length = 0; length < short.length; length += length < 400 ? 1 : 97)
    await expect(takeOut(short.subarray(0, length))).rejects.toThrow('ends early');
  await takeOut(short);
});

test('whoever writes is told when reading fails', async () => {
  let ended = false;
  async function* endless(): AsyncGenerator<Buffer> {
    try {
      yield Buffer.concat([usual, setUp]);
      for (;;) yield part(record(0, 1, 'pc.ram'));
    } finally {
      ended = true;
    }
  }
  const failure = new Error('no space');
  const sink = { write: () => Promise.reject(failure), zero: () => {} };
  await expect(takeOutRam(endless(), 'pc.ram', sink, () => {})).rejects.toBe(failure);
  expect(ended).toBe(true);
});
