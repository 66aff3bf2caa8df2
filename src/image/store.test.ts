import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isVivariumError } from '../base/errors.ts';
import { kernelIn, listImages, readImage, removeImage } from './store.ts';

let vmdir: string;
beforeEach(() => {
  vmdir = mkdtempSync(join(tmpdir(), 'images-'));
});
afterEach(() => rmSync(vmdir, { recursive: true }));

const file = (name: string) => ({ file: name, bytes: 3, sha256: 'ab' });
const manifest = {
  version: 1,
  name: 'tiny',
  kind: 'kernel',
  made: '2026-07-01T12:00:00.000Z',
  inputs: 'cd',
  append: 'console=ttyS0',
  source: { kernel: 'linux-image-1 1.0' },
  files: { kernel: file('vmlinux'), bzImage: file('vmlinuz'), initrd: file('initrd') },
};

function put(name: string, content: unknown = manifest): string {
  const directory = join(vmdir, '.images', name);
  mkdirSync(directory, { recursive: true });
  for (const { file } of Object.values(manifest.files)) writeFileSync(join(directory, file), 'abc');
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  writeFileSync(join(directory, 'image.json'), text);
  return directory;
}

test('an image is read with the directory of its files', () => {
  const directory = put('tiny');
  const image = readImage(vmdir, 'tiny');
  expect(image).toEqual({ ...manifest, directory });
  expect(kernelIn(image)?.initrd).toBe(join(directory, 'initrd'));
});

test('one that is not there is answered with those that are', () => {
  put('tiny');
  try {
    readImage(vmdir, 'tini');
    expect.unreachable();
  } catch (error) {
    expect(isVivariumError(error, 'image-not-found') && error.details.available).toEqual(['tiny']);
  }
});

test('without a directory of images there is none', () => {
  expect(listImages(vmdir)).toEqual([]);
});

describe('a broken one is listed with the reason, beside the others', () => {
  const reasonOf = (name: string) =>
    listImages(vmdir).map((entry) => ('broken' in entry ? entry.broken : entry.name === name));

  test.each([
    ['its image.json cannot be read', 'no JSON'],
    ['its image.json is wrong at inputs', { ...manifest, inputs: 1 }],
    ['its image.json is wrong', 'null'],
    [
      'its image.json is wrong at files.initrd.file',
      { ...manifest, files: { ...manifest.files, initrd: file('../x') } },
    ],
    ['its image.json has version 2; this Vivarium reads up to version 1', { ...manifest, version: 2 }],
  ])('%s', (reason, content) => {
    put('bad', content);
    put('good');
    expect(listImages(vmdir).map((entry) => entry.name)).toEqual(['bad', 'good']);
    expect(reasonOf('good')).toEqual([reason, true]);
    expect(() => readImage(vmdir, 'bad')).toThrow(`The image bad is broken: ${reason}.`);
  });

  test('a file is missing, or is not as long as it was', () => {
    rmSync(join(put('a'), 'initrd'));
    writeFileSync(join(put('b'), 'vmlinux'), 'ab');
    rmSync(join(put('c'), 'image.json'));
    expect(reasonOf('')).toEqual([
      'its file initrd is missing',
      'its file vmlinux has 2 bytes and not 3',
      'it has no image.json',
    ]);
  });
});

test('what is being built or was discarded is no image', () => {
  put('.tiny.new');
  put('.tiny.1.0.tmp');
  expect(listImages(vmdir)).toEqual([]);
});

describe('removing', () => {
  test('leaves nothing, even of a broken one', async () => {
    put('tiny', 'broken');
    await removeImage(vmdir, 'tiny', () => {});
    expect(readdirSync(join(vmdir, '.images'))).toEqual([]);
  });

  test('one that is not there', async () => {
    await expect(removeImage(vmdir, 'tiny', () => {})).rejects.toThrow('There is no image tiny.');
    await expect(removeImage(vmdir, '../x', () => {})).rejects.toThrow('cannot be the name of an image');
  });

  test('is refused by whoever checks, before and when it is out of its place', async () => {
    put('tiny');
    const refusal = new Error('in use');
    for (const refuseAt of [1, 2]) {
      let checks = 0;
      const check = () => {
        if (++checks === refuseAt) throw refusal;
      };
      await expect(removeImage(vmdir, 'tiny', check)).rejects.toBe(refusal);
      expect(readdirSync(join(vmdir, '.images'))).toEqual(['tiny']);
      expect(readImage(vmdir, 'tiny').name).toBe('tiny');
    }
  });
});
