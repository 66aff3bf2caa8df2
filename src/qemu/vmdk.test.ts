import { describe, expect, test } from 'vitest';
import { cpuTime } from '../../test/support/cpu-time.ts';
import { judgeDescriptor } from './vmdk.ts';

const descriptor = (...lines: string[]) => ['# Disk DescriptorFile', 'version=1', ...lines].join('\n');

describe('a descriptor is fine where the file itself is the only extent', () => {
  test.each([
    ['', undefined],
    [descriptor('createType="monolithicSparse"', 'RW 2048 SPARSE "a.vmdk"'), undefined],
    [descriptor('createType="streamOptimized"', 'RW 2048 SPARSE "a b.vmdk"\r'), undefined],
    [
      `${descriptor('createType="monolithicSparse"', 'RW 2048 SPARSE "a.vmdk"')}\0RW 1 FLAT "/x" 0`,
      undefined,
    ],
    [descriptor('createType="monolithicFlat"'), 'monolithicFlat'],
    [descriptor('createType="vmfs"'), 'vmfs'],
    [descriptor('RW 2048 FLAT "a.vmdk" 0'), 'made of other files'],
    [descriptor('RW 2048 SPARSE "/etc/passwd"'), 'made of other files'],
    [descriptor('RW 2048 SPARSE "a.vmdk"', 'RW 2048 SPARSE "b.vmdk"'), 'made of other files'],
    [descriptor('  RDONLY 2048 SPARSE "a.vmdk"'), 'made of other files'],
    [descriptor('RW 2048 VMFSSPARSE "a.vmdk"'), 'made of other files'],
  ])('%j', (text, problem) => {
    const verdict = judgeDescriptor(text);
    if (problem === undefined) expect(verdict).toBeUndefined();
    else expect(verdict).toEqual({ code: 'image-unsafe', problem: expect.stringContaining(problem) });
  });
});

test('one that is made to be slow is not', () => {
  const took = cpuTime(() => {
    for (const part of ['\n', ' ', 'RW ', 'createType', 'RW 1 SPARSE "'])
      judgeDescriptor(part.repeat(2 ** 20 / part.length));
  });
  expect(took).toBeLessThan(5000);
});
