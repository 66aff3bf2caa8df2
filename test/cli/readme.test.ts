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
