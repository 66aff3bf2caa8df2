import { expect, test } from 'vitest';
import { indexFile } from './module-index-file.ts';

/** Looks a name up as kmod does, following offsets. */
function lookUp(file: Buffer, key: string): string[] {
  const at = (offset: number): string[] => {
    let place = offset & 0x0fff_ffff;
    let rest = key;
    const walk = (flags: number): string[] | number => {
      if (flags & 0x8000_0000) {
        const end = file.indexOf(0, place);
        const prefix = file.toString('latin1', place, end);
        if (!rest.startsWith(prefix)) return [];
        rest = rest.slice(prefix.length);
        place = end + 1;
      }
      if (flags & 0x2000_0000) {
        const [first, last] = [file.readUInt8(place), file.readUInt8(place + 1)];
        const table = place + 2;
        place = table + (last - first + 1) * 4;
        if (rest !== '') {
          const byte = rest.charCodeAt(0);
          if (byte < first || byte > last) return [];
          rest = rest.slice(1);
          return file.readUInt32BE(table + (byte - first) * 4);
        }
      }
      if (rest !== '' || !(flags & 0x4000_0000)) return [];
      const values: string[] = [];
      const count = file.readUInt32BE(place);
      place += 4;
      for (let index = 0; index < count; index++) {
        const end = file.indexOf(0, place + 4);
        values.push(file.toString('latin1', place + 4, end));
        place = end + 1;
      }
      return values;
    };
    for (let next: string[] | number = walk(offset); ; next = walk(next)) {
      if (typeof next !== 'number') return next;
      if (next === 0) return [];
      place = next & 0x0fff_ffff;
    }
  };
  return at(file.readUInt32BE(8));
}

test('what is in an index is found, and nothing else', () => {
  const file = indexFile([
    ...[
      ['ext4', 'kernel/fs/ext4.ko:'],
      ['ext', 'first'],
      ['ext', 'second'],
      ['ext4_test', 'x'],
      ['9p', 'y'],
    ],
    ...[['pci:v*[0-9]', 'pattern']],
  ] as [string, string][]);
  expect(file.toString('hex', 0, 8)).toBe('b007f45700020001');
  expect(lookUp(file, 'ext4')).toEqual(['kernel/fs/ext4.ko:']);
  expect(lookUp(file, 'ext')).toEqual(['first', 'second']);
  expect(lookUp(file, 'ext4_test')).toEqual(['x']);
  expect(lookUp(file, '9p')).toEqual(['y']);
  expect(lookUp(file, 'pci:v*[0-9]')).toEqual(['pattern']);
  for (const absent of ['', 'e', 'ext5', 'ext4_', 'ext4_test2', 'zfs'])
    expect(lookUp(file, absent)).toEqual([]);
});

test('an index of nothing is whole', () => expect(lookUp(indexFile([]), 'any')).toEqual([]));
