import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cpuTime } from '../../test/support/cpu-time.ts';
import { testRoom } from '../../test/support/room.ts';
import { ovf, type TarEntry, tar } from '../../test/support/tar.ts';
import { openBytes } from '../host/file-bytes.ts';
import { diskInTar, disksOf } from './ova.ts';
import { tarFiles } from './tar.ts';

const room = testRoom();

function disk(entries: TarEntry[]): string {
  writeFileSync(room('a.tar'), tar(entries));
  using bytes = openBytes(room('a.tar'));
  const { name, offset, size } = diskInTar(bytes, 'a.tar');
  return `${name}: ${bytes.at(offset, size)}`;
}

describe('the disk in an archive', () => {
  test.each([
    ['that the .ovf names', [{ name: 'a.ovf', content: ovf('b.vmdk') }, { name: 'a.vmdk' }], undefined],
    ['that is alone', [{ name: 'disk.raw', content: 'x' }], 'disk.raw: x'],
    ['beside other files', [{ name: 'README' }, { name: 'a.img', content: 'y' }], 'a.img: y'],
    [
      'in a directory',
      [
        { name: 'd', type: '5' },
        { name: 'd/a.img', content: 'z' },
      ],
      'd/a.img: z',
    ],
    [
      'below the dot',
      [
        { name: './a.ovf', content: ovf('a.vmdk') },
        { name: './a.vmdk', content: 'v' },
      ],
      './a.vmdk: v',
    ],
  ] as [string, TarEntry[], string | undefined][])('%s', (_, entries, expected) => {
    if (expected === undefined) expect(() => disk(entries)).toThrow('names the disk b.vmdk, which is not in');
    else expect(disk(entries)).toBe(expected);
  });

  test.each([
    [
      'several disks',
      [{ name: 'a.ovf', content: ovf('a.vmdk', 'b.vmdk') }, { name: 'a.vmdk' }, { name: 'b.vmdk' }],
      'several disks (a.vmdk, b.vmdk)',
    ],
    ['no disk', [{ name: 'a.ovf', content: ovf() }], 'without a disk'],
    ['nothing', [], 'without a disk'],
    [
      'a disk outside',
      [{ name: 'a.ovf', content: ovf('../../etc/passwd') }],
      'names the disk ../../etc/passwd',
    ],
    [
      'a link for a disk',
      [
        { name: 'a.ovf', content: ovf('a.vmdk') },
        { name: 'a.vmdk', type: '2', link: '/etc/passwd' },
      ],
      'names the disk a.vmdk',
    ],
  ] as [string, TarEntry[], string][])('is refused: %s', (_, entries, problem) => {
    expect(() => disk(entries)).toThrow(problem);
  });

  test('an .ovf may be written in several ways', () => {
    expect(disksOf(ovf('a&amp;b.vmdk'))).toEqual(['a&b.vmdk']);
    expect(disksOf("<File href = 'x.vmdk' id='1' /><Disk fileRef='1'/><Disk fileRef='1'/>")).toEqual([
      'x.vmdk',
    ]);
  });
});

test('an .ovf that is made to be slow is not', () => {
  const took = cpuTime(() => {
    for (const part of ['<!--', '<File ', 'a', '<File a', '<File a="', ' a:', '\n'])
      expect(disksOf(`<File ${part.repeat(2 ** 20 / part.length)}`)).toEqual([]);
  });
  expect(took).toBeLessThan(5000);
});

describe('an archive', () => {
  test.each(['ustar', 'gnu', 'pax'])('as tar writes it in the format %s', (format) => {
    const long = `${'d'.repeat(90)}/${'f'.repeat(90)}`;
    mkdirSync(room('d'.repeat(90)));
    writeFileSync(room(long), 'content');
    execFileSync('tar', [`--format=${format}`, '-cf', room('b.tar'), '-C', room(), 'd'.repeat(90)]);
    using bytes = openBytes(room('b.tar'));
    const files = [...tarFiles(bytes)];
    expect(files.map(({ name, offset, size }) => [name, `${bytes.at(offset, size)}`])).toEqual([
      [long, 'content'],
    ]);
  });

  test('that is cut off or damaged says so', () => {
    const whole = tar([{ name: 'a.img', content: 'x'.repeat(2000) }]);
    for (const [content, problem] of [
      [whole.subarray(0, 1500), 'cut off'],
      [Buffer.concat([Buffer.alloc(50, 1), whole.subarray(50)]), 'damaged'],
    ] as const) {
      writeFileSync(room('c.tar'), content);
      using bytes = openBytes(room('c.tar'));
      expect(() => diskInTar(bytes, 'c.tar')).toThrow(problem);
    }
  });
});
