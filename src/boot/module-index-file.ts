/** Names and what is known under each, the one that comes first going first. */
export type ModuleIndex = readonly (readonly [key: string, value: string])[];

interface Node {
  children: Map<number, Node>;
  values: { order: number; value: string }[];
}

/**
 * The bytes of one of kmod's `modules.*.bin`: a trie, in which a node with a single child and no value is part of the
 * prefix of that one. Numbers are big-endian.
 * Source of the format: the comment on "Disk format" in libkmod/libkmod-index.c of kmod.
 */
export function indexFile(index: ModuleIndex): Buffer {
  const root: Node = { children: new Map(), values: [] };
  for (const [order, [key, value]] of index.entries()) {
    let node = root;
    for (const byte of Buffer.from(key, 'latin1')) {
      const next: Node = node.children.get(byte) ?? { children: new Map(), values: [] };
      node.children.set(byte, next);
      node = next;
    }
    node.values.push({ order, value });
  }
  const parts: Buffer[] = [];
  const header = Buffer.alloc(12);
  let length = header.length;
  /** @returns where it begins, and what it has */
  const write = (top: Node): number => {
    let node = top;
    const prefix: number[] = [];
    for (let only = onlyChild(node); only; only = onlyChild(node)) {
      prefix.push(only[0]);
      node = only[1];
    }
    const bytes = [...node.children.keys()].sort((a, b) => a - b);
    const [first, last] = [bytes[0] ?? 0, bytes.at(-1) ?? 0];
    const offsets = bytes.length > 0 ? Buffer.alloc((last - first + 1) * 4) : Buffer.alloc(0);
    for (const byte of bytes) {
      offsets.writeUInt32BE(write(node.children.get(byte) as Node), (byte - first) * 4);
    }
    const start = length;
    const content = Buffer.concat([
      ...(prefix.length > 0 ? [Buffer.from([...prefix, 0])] : []),
      ...(bytes.length > 0 ? [Buffer.from([first, last]), offsets] : []),
      ...(node.values.length > 0 ? [number(node.values.length)] : []),
      ...node.values.flatMap(({ order, value }) => [number(order), Buffer.from(`${value}\0`)]),
    ]);
    parts.push(content);
    length += content.length;
    const has =
      (prefix.length > 0 ? flags.prefix : 0) +
      (node.values.length > 0 ? flags.values : 0) +
      (bytes.length > 0 ? flags.children : 0);
    return start + has;
  };
  const rootAt = write(root);
  header.writeUInt32BE(0xb007f457);
  header.writeUInt32BE(0x00020001, 4);
  header.writeUInt32BE(rootAt, 8);
  return Buffer.concat([header, ...parts]);
}

/** In the upper bits of an offset. */
const flags = { prefix: 0x8000_0000, values: 0x4000_0000, children: 0x2000_0000 };

function onlyChild({ children, values }: Node): [number, Node] | undefined {
  return children.size === 1 && values.length === 0 ? children.entries().next().value : undefined;
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
