import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtVm, type TestHome } from './home.ts';

export interface Shown {
  command: string;
  output: string[];
}

/** What a page shows in its console blocks: commands behind `$`, and what they print. */
export function shownIn(page: string): Shown[] {
  const blocks = [...page.matchAll(/```console\n([\s\S]*?)```/g)].map((match) => match[1] as string);
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const [command = '', ...output] = part.trimEnd().split('\n');
        return { command, output };
      }),
  );
}

/** A line without what differs from run to run: numbers, durations such as `1m 5s`, and how columns are aligned by them. */
export const essence = (line: string) =>
  line
    .replace(/\b\d+[dhm](?: \d+[hms])?\b/g, '0')
    .replace(/[\d.]+(?:m?s|[KMGT])?\b/g, '0')
    .replace(/\s+/g, ' ')
    .trim();

/** Lets `vm` be the built one for what is typed in a home. */
export function installVm(home: TestHome): void {
  const bin = home.path('..', 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'vm'), `#!/bin/sh\nexec '${process.execPath}' '${builtVm}' "$@"\n`);
  chmodSync(join(bin, 'vm'), 0o755);
  home.env.PATH = `${bin}:${home.env.PATH}`;
}

/** Types a command into a shell in the directory of a home. @returns all that is printed */
export function shell(home: TestHome, command: string): Promise<string> {
  const child = spawn('sh', ['-c', command], {
    cwd: home.path('..'),
    env: home.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const add = (more: Buffer) => {
    text += more;
  };
  child.stdout.on('data', add);
  child.stderr.on('data', add);
  return new Promise((resolve) => child.on('close', () => resolve(text)));
}
