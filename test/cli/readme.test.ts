import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { debianImage, debianPatience } from '../support/debian.ts';
import { printed } from '../support/guest.ts';
import { builtVm, type TestHome, testHome } from '../support/home.ts';

const root = join(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

interface Shown {
  command: string;
  output: string[];
}

/** What the README shows in its console blocks: commands behind `$`, and what they print. */
function shown(): Shown[] {
  const blocks = [...readme.matchAll(/```console\n([\s\S]*?)```/g)].map((match) => match[1] as string);
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

/** What differs from run to run: numbers, and how columns are aligned by them. */
const essence = (line: string) =>
  line
    .replace(/[\d.]+m?s?\b/g, '0')
    .replace(/\s+/g, ' ')
    .trim();

function shell(home: TestHome, command: string): Promise<string> {
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

test(
  'every command of the README prints what the README says',
  async () => {
    await debianImage();
    await using home = testHome();
    cpSync(join(root, 'README.md'), home.path('..', 'README.md'));
    mkdirSync(home.path('..', 'docs'));
    const bin = home.path('..', 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'vm'), `#!/bin/sh\nexec '${process.execPath}' '${builtVm}' "$@"\n`);
    chmodSync(join(bin, 'vm'), 0o755);
    home.env.PATH = `${bin}:${home.env.PATH}`;
    for (const { command, output } of shown()) {
      const said = (await shell(home, command)).split('\n').map(essence);
      for (const line of output) expect(said, command).toContain(essence(line));
      if (command === 'vm start hello') await printed(home, 'hello', 'root@hello:~#');
    }
  },
  debianPatience,
);

test('its links lead somewhere', () => {
  for (const [, target = ''] of readme.matchAll(/\]\((?!https?:)([^)#]+)/g)) {
    expect(existsSync(join(root, target)), target).toBe(true);
  }
});

test('it is short', () => {
  expect(readme.split('\n').length).toBeLessThanOrEqual(150);
});

test('bootstrap ends with a prompt, and running it again changes nothing', async () => {
  await using home = testHome();
  for (const _ of [1, 2]) {
    const text = execFileSync('./bootstrap', ['--no-link'], { cwd: root, env: home.env, encoding: 'utf8' });
    expect(text).toContain('root@hello:~#');
    expect(text).toMatch(/vm console hello[\s\S]*vm list[\s\S]*vm stop hello/);
  }
  expect((await home.engine.machine.list({})).map(({ name }) => name)).toEqual(['hello']);
});
