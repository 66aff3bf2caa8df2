import type { Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Something that goes into the tree of a system that is built. */
export interface TreeFile {
  /** Where, as the system will see it: `/etc/motd`. */
  path: string;
  kind: 'file' | 'directory' | 'link';
  /** Permissions, as `chmod` takes them; a link has none. */
  mode: number;
  /** As `chown` takes it in the tree, `user` or `user:group`; root if not said. */
  owner?: string | undefined;
  /** Its bytes, the host's file that holds them, or where a link leads to. */
  content: Buffer | { file: string };
}

/**
 * Lays out `files` for guest/debian/configure.sh, which finds no more than the names of users in the tree: the
 * contents under their numbers in `files/`, the rest in `list`.
 */
export async function stageFiles(directory: string, files: readonly TreeFile[]): Promise<void> {
  await mkdir(join(directory, 'files'), { recursive: true });
  for (const [number, { content }] of files.entries()) {
    const to = join(directory, 'files', String(number));
    if (Buffer.isBuffer(content)) await writeFile(to, content);
    else await copyFile(content.file, to);
  }
  await writeFile(join(directory, 'list'), listOf(files));
}

/** A line for each file, its fields behind tabs, none of them empty: `read` of a shell takes it apart. */
export function listOf(files: readonly TreeFile[]): string {
  return files
    .map(({ kind, mode, owner = '-', path }) => `${[kind, mode.toString(8), owner, path].join('\t')}\n`)
    .join('');
}

/** Adds all that these files are to a digest. */
export async function digestFiles(hash: Hash, files: readonly TreeFile[]): Promise<void> {
  hash.update(listOf(files));
  for (const { content } of files) {
    if (Buffer.isBuffer(content)) hash.update(`${content.length}\n`).update(content);
    else {
      let bytes = 0;
      for await (const chunk of createReadStream(content.file)) {
        hash.update(chunk);
        bytes += chunk.length;
      }
      hash.update(`${bytes}\n`);
    }
  }
}
