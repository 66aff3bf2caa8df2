import { readFileSync } from 'node:fs';
import { execPath } from 'node:process';
import { describe, expect, test } from 'vitest';
import { isStaticProgram } from './busybox.ts';

/** An ELF header and program headers of these types. */
function program(types: number[], machine = 62): Buffer {
  const elf = Buffer.alloc(64 + types.length * 56);
  elf.write('\x7fELF\x02\x01\x01', 'latin1');
  elf.writeUInt16LE(machine, 0x12);
  elf.writeBigUInt64LE(64n, 0x20);
  elf.writeUInt16LE(56, 0x36);
  elf.writeUInt16LE(types.length, 0x38);
  types.forEach((type, index) => {
    elf.writeUInt32LE(type, 64 + index * 56);
  });
  return elf;
}

describe('a program is static where it asks for no interpreter', () => {
  test.each([
    ['loaded parts only', program([1, 1, 4]), true],
    ['an interpreter', program([6, 3, 1]), false],
    ['another architecture', program([1], 183), false],
    ['headers that are not there', program([1, 1]).subarray(0, 100), false],
    ['a script', Buffer.from('#!/bin/sh\n'), false],
  ])('%s', (_, elf, expected) => {
    expect(isStaticProgram(elf)).toBe(expected);
  });

  test('node itself is not', () => {
    expect(isStaticProgram(readFileSync(execPath))).toBe(false);
  });
});
