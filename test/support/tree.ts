import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

/** Names that trip programs up, as bytes. */
export const oddNames = [
  'with space',
  'line\nend',
  '-dash',
  'größe',
  '\u{1f4be}',
  'quote\'"`$',
  '*',
  'back\\slash',
  'TRAILER!!!',
  '.hidden',
  Buffer.from([0x6e, 0xff, 0xfe, 0x80]),
].map((name) => Buffer.from(name));

/** A tree of everything that a tree can hold without root. */
export async function oddTree(root: string): Promise<void> {
  mkdirSync(join(root, 'etc/empty'), { recursive: true });
  for (const [index, name] of oddNames.entries()) {
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), name]), `odd ${index}\n`);
  }
  writeFileSync(join(root, 'etc/run'), '#!/bin/sh\n', { mode: 0o755 });
  execFileSync('chmod', ['4711', join(root, 'etc/run')]);
  writeFileSync(join(root, 'etc/nothing'), '');
  writeFileSync(join(root, 'etc/first'), 'several names\n');
  for (const name of ['second', '.before']) linkSync(join(root, 'etc/first'), join(root, name));
  symlinkSync('/outside/of it', join(root, 'etc/away'));
  symlinkSync('../etc', join(root, 'etc/up'));
  execFileSync('mkfifo', [join(root, 'pipe')]);
  await socketAt(join(root, 'socket'));
}

/** A socket whose program is gone. */
async function socketAt(path: string): Promise<void> {
  const script =
    'require("node:net").createServer().listen(process.argv[1], () => process.kill(process.pid, 9))';
  try {
    execFileSync(process.execPath, ['-e', script, path], { stdio: 'ignore' });
  } catch (error) {
    if ((error as { signal?: string }).signal !== 'SIGKILL') throw error;
  }
}

/** Until what was written before has times that tell it from what is written later. */
export async function settled(): Promise<void> {
  const end = Date.now() + 100;
  await eventually(() => Date.now() > end, 'the clock to go on');
}
