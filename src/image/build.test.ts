import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Scope } from '../base/scope.ts';
import { lock } from '../host/lock.ts';
import { type BuildRequest, buildImage } from './build.ts';
import type { Content } from './manifest.ts';
import { readImage } from './store.ts';

let vmdir: string;
let images: string;
let request: BuildRequest;
beforeEach(() => {
  vmdir = mkdtempSync(join(tmpdir(), 'images-'));
  images = join(vmdir, '.images');
  request = { vmdir, name: 'tiny', inputs: 'one', rebuild: false };
});
afterEach(() => rmSync(vmdir, { recursive: true }));

const content = {
  kind: 'kernel',
  append: 'console=ttyS0',
  source: {},
  files: { kernel: 'vmlinux', bzImage: 'vmlinuz', initrd: 'initrd' },
} satisfies Content;

/** A recipe whose files hold `text`, and that counts how often it is followed. */
function recipe(text = 'abc') {
  const fill = async (directory: string): Promise<Content> => {
    fill.calls++;
    for (const file of Object.values(content.files)) writeFileSync(join(directory, file), text);
    return content;
  };
  fill.calls = 0;
  return fill;
}

const never = async (): Promise<Content> => expect.unreachable('It was built.');

test('an image is its files, their digests, and nothing beside', async () => {
  const image = await buildImage(new Scope(), request, recipe());
  const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  expect(Object(image.files).initrd).toEqual({ file: 'initrd', bytes: 3, sha256 });
  expect(image).toEqual(readImage(vmdir, 'tiny'));
  expect(readdirSync(images)).toEqual(['tiny']);
  expect(readdirSync(image.directory).sort()).toEqual(['image.json', 'initrd', 'vmlinux', 'vmlinuz']);
});

describe('an image that is there', () => {
  test('stays, where the inputs are the same', async () => {
    const image = await buildImage(new Scope(), request, recipe());
    expect(await buildImage(new Scope(), request, never)).toEqual(image);
  });

  test('is replaced, where they are not, or on request', async () => {
    await buildImage(new Scope(), request, recipe());
    const other = await buildImage(new Scope(), { ...request, inputs: 'two' }, recipe('other'));
    expect(readFileSync(join(other.directory, 'initrd'), 'utf8')).toBe('other');
    const rebuilt = { ...request, inputs: 'two', rebuild: true };
    const again = await buildImage(new Scope(), rebuilt, recipe('again'));
    expect(readFileSync(join(again.directory, 'initrd'), 'utf8')).toBe('again');
    expect(readdirSync(images)).toEqual(['tiny']);
  });

  test('is replaced, where it is broken', async () => {
    const { directory } = await buildImage(new Scope(), request, recipe());
    rmSync(join(directory, 'initrd'));
    await buildImage(new Scope(), request, recipe());
    expect(existsSync(join(directory, 'initrd'))).toBe(true);
  });
});

describe('a build that fails', () => {
  test('leaves nothing', async () => {
    const failing = async (directory: string): Promise<Content> => {
      writeFileSync(join(directory, 'vmlinux'), 'abc');
      throw new Error('no kernel');
    };
    await expect(buildImage(new Scope(), request, failing)).rejects.toThrow('no kernel');
    expect(readdirSync(images)).toEqual([]);
  });

  test('leaves the image that was there', async () => {
    const image = await buildImage(new Scope(), request, recipe());
    const abort = new AbortController();
    const aborted = async (directory: string): Promise<Content> => {
      abort.abort();
      return recipe('other')(directory);
    };
    const scope = new Scope({ signal: abort.signal });
    await expect(buildImage(scope, { ...request, inputs: 'two' }, aborted)).rejects.toThrow('Interrupted');
    expect(readImage(vmdir, 'tiny')).toEqual(image);
    expect(readdirSync(images)).toEqual(['tiny']);
  });

  test('says that the disk is full', async () => {
    const full = () => Promise.reject(Object.assign(new Error('write'), { code: 'ENOSPC' }));
    await expect(buildImage(new Scope(), request, full)).rejects.toThrow('No space is left');
  });
});

describe('two builds at once', () => {
  test('of one image: it is built once', async () => {
    const waiting = Promise.withResolvers<string>();
    const scope = new Scope({ report: ({ text }) => waiting.resolve(text) });
    const fill = recipe();
    const slow = async (directory: string): Promise<Content> => {
      expect(await waiting.promise).toBe('Waiting for another build of the image tiny');
      return fill(directory);
    };
    const all = [1, 2, 3].map(() => buildImage(scope, { ...request, rebuild: true }, slow));
    const [first, ...others] = await Promise.all(all);
    expect(others).toEqual([first, first]);
    expect(fill.calls).toBe(1);
    expect(readdirSync(images)).toEqual(['tiny']);
  });

  test('of two images: neither waits', async () => {
    const names = ['a', 'b'].map((name) => buildImage(new Scope(), { ...request, name }, recipe()));
    expect((await Promise.all(names)).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('the second goes on where the first fails', async () => {
    const building = Promise.withResolvers<void>();
    const waiting = Promise.withResolvers<void>();
    const first = buildImage(new Scope(), request, async () => {
      building.resolve();
      await waiting.promise;
      throw new Error('no kernel');
    });
    const failed = expect(first).rejects.toThrow('no kernel');
    await building.promise;
    const scope = new Scope({ report: () => waiting.resolve() });
    const image = await buildImage(scope, request, recipe());
    await failed;
    expect(image.name).toBe('tiny');
    expect(readdirSync(images)).toEqual(['tiny']);
  });

  test('the wait has an end', async () => {
    const building = join(images, '.tiny.new');
    mkdirSync(building, { recursive: true });
    using _held = await lock(building, { wait: 0 });
    const scope = new Scope({ timeout: 200 });
    await expect(buildImage(scope, request, never)).rejects.toThrow('another build of the image tiny');
    expect(existsSync(building)).toBe(true);
  });
});

test('what killed builds have left is swept, not what is still being built', async () => {
  for (const entry of ['.tiny.new', '.old.new', '.debian.new', '.tiny.99.0.tmp', 'other']) {
    mkdirSync(join(images, entry), { recursive: true });
    writeFileSync(join(images, entry, 'leftover'), '');
  }
  using _held = await lock(join(images, '.debian.new'), { wait: 0 });
  const { directory } = await buildImage(new Scope(), request, recipe());
  expect(readdirSync(images).sort()).toEqual(['.debian.new', 'other', 'tiny']);
  expect(readdirSync(directory)).not.toContain('leftover');
});
