#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import * as module from 'node:module'; // an older Node, which is to be told of, lacks some of its names
import { homedir } from 'node:os';
import { join } from 'node:path';

const wanted = 24;

if (Number(process.versions.node.split('.')[0]) < wanted) {
  const { node } = process.versions;
  process.stderr.write(
    `vm: this is Node ${node}, and vm needs Node ${wanted} or newer.\n    Get one: ./bootstrap\n`,
  );
  process.exitCode = 6;
} else if (!printOverview(process.argv.slice(2))) {
  // What V8 makes of the code is kept, which saves a fifth of the time of a short command.
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  module.enableCompileCache(join(cache, 'vivarium/code'));
  // Loaded only now: an older Node could not even read it.
  const { main } = await import('./main.ts');
  process.exitCode = await main(process.argv.slice(2));
}

/** What `vm` alone says is written down when vm is built: to read it takes a third of the time. */
function printOverview(words: string[]): boolean {
  if (words.length > 1 || !['help', '--help', '-h'].includes(words[0] ?? 'help')) return false;
  try {
    process.stdout.write(readFileSync(join(import.meta.dirname, 'overview.txt')));
    return true;
  } catch {
    return false; // not built
  }
}
