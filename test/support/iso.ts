import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { testRoot } from './place.ts';

/** A directory that is gone when the test leaves the block. */
export function workDirectory(): Disposable & { path: string } {
  const path = mkdtempSync(join(testRoot, 'iso-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Makes an ISO of a tree; `options` are those of mkisofs. */
export function makeIso(tree: string, iso: string, label: string, options: readonly string[] = []): void {
  const args = ['-no_rc', '-as', 'mkisofs', '-quiet', '-R', '-V', label, ...options, '-o', iso, tree];
  execFileSync('xorriso', args, { stdio: 'ignore' });
}

/** Makes the ISO of `test/fixtures/iso/<name>`, its kernels and other large files a line of text each. */
export function fixtureIso(directory: string, name: string, options: readonly string[] = []): string {
  const tree = join(directory, name);
  cpSync(join(import.meta.dirname, '../fixtures/iso', name), tree, { recursive: true });
  const contents = readFileSync(join(tree, 'contents'), 'utf8').split('\n').filter(Boolean);
  rmSync(join(tree, 'contents'));
  for (const path of contents) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    if (!existsSync(join(tree, path))) writeFileSync(join(tree, path), contentOf(path));
  }
  const iso = join(directory, `${name}.iso`);
  makeIso(tree, iso, name.toUpperCase(), options);
  return iso;
}

/** What a file is that reading has to recognise; anything else holds its own path. */
function contentOf(path: string): string | Buffer {
  if (/\.(?:squashfs|sfs)$|squashfs\.img$/.test(path)) return 'hsqs';
  if (!path.endsWith('.erofs')) return path;
  const bytes = Buffer.alloc(4096);
  bytes.writeUInt32LE(0xe0f5e1e2, 1024);
  return bytes;
}
