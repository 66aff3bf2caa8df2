import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { debianImage, debianPatience } from '../support/debian.ts';
import { printed } from '../support/guest.ts';
import { testHome } from '../support/home.ts';
import { essence, installVm, shell, shownIn } from '../support/shown.ts';

const root = join(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

test(
  'every command of the README prints what the README says',
  async () => {
    await debianImage();
    await using home = testHome();
    cpSync(join(root, 'README.md'), home.path('..', 'README.md'));
    mkdirSync(home.path('..', 'docs'));
    installVm(home);
    for (const { command, output } of shownIn(readme)) {
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
