import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './bench.ts';

/** What a small system has. */
const files = 32_000;
const bytes = 300 * 2 ** 20;

/** Longer files would make it one of few files. */
const longest = 8 * 2 ** 20;

/** A tree of files of the host's /usr, about 300 MB in some 35,000 entries; made once in a run. */
export function usrTree(bench: Bench): string {
  const tree = join(bench.directory, 'usr');
  if (existsSync(tree)) return tree;
  bench.say('copying 300 MB of /usr');
  mkdirSync(tree);
  const list = join(bench.directory, 'usr.list');
  writeFileSync(list, chosen().join('\0'));
  const copy = 'tar -C /usr --null -T "$1" -cf - | tar -C "$2" -xf -';
  execFileSync('bash', ['-o', 'pipefail', '-ec', copy, 'bash', list, tree]);
  return tree;
}

/** Files in the order of their paths, as long in the mean as they ought to be. */
function chosen(): string[] {
  const find = [
    '/usr',
    '-xdev',
    '-type',
    'f',
    '-readable',
    '-size',
    `-${longest / 1024}k`,
    '-printf',
    '%s %P\\0',
  ];
  const all = execFileSync('find', find, { maxBuffer: 2 ** 28 })
    .toString()
    .split('\0')
    .filter(Boolean)
    .sort();
  const paths: string[] = [];
  let taken = 0;
  const mean = bytes / files;
  for (const line of all
    .map((line) => ({ line, order: line.slice(line.indexOf(' ')) }))
    .sort((a, b) => (a.order < b.order ? -1 : 1))) {
    const size = Number.parseInt(line.line, 10);
    if (paths.length >= files) break;
    if (size > mean && taken + size > (paths.length + 1) * mean) continue;
    paths.push(line.order.slice(1));
    taken += size;
  }
  return paths;
}
