import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bzImage } from '../../test/support/bz-image.ts';
import { kernelWithModules, releaseOf } from './kernel-modules.ts';

function room(): string {
  const path = mkdtempSync(join(tmpdir(), 'kernel-modules-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** A kernel that says its release. */
function kernel(file: string, version: string): void {
  const image = bzImage(Buffer.alloc(2000));
  image.writeUInt16LE(0x300, 0x20e);
  image.write(`${version}\0`, 0x500, 'latin1');
  writeFileSync(file, image);
}

test('a kernel tells its release', () => {
  const file = join(room(), 'bzImage');
  kernel(file, '6.12.0-rc3+ (me@here) #7 SMP');
  expect(releaseOf(file)).toBe('6.12.0-rc3+');
  writeFileSync(file, bzImage(Buffer.alloc(2000)));
  expect(releaseOf(file)).toBeUndefined();
  writeFileSync(file, '\x7fELF');
  expect(releaseOf(file)).toBeUndefined();
});

test('its modules are those of its release: of the tree, else beside the kernel', () => {
  const at = room();
  const file = join(at, 'installed/boot/vmlinuz');
  mkdirSync(join(at, 'installed/boot'), { recursive: true });
  kernel(file, '6.12.0-unheard-of (me)');
  symlinkSync(file, join(at, 'bzImage'));
  const modules = (tree: string) => kernelWithModules(join(at, 'bzImage'), [join(at, tree)])?.modules;
  mkdirSync(join(at, 'tree/lib/modules/6.11.0'), { recursive: true });
  expect(modules('tree')).toBeUndefined();
  const beside = join(at, 'installed/lib/modules/6.12.0-unheard-of');
  mkdirSync(beside, { recursive: true });
  expect(modules('tree')).toBe(beside);
  const inTree = join(at, 'tree/usr/lib/modules/6.12.0-unheard-of');
  mkdirSync(inTree, { recursive: true });
  expect(modules('tree')).toBe(inTree);
});
