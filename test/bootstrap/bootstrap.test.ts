import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testHome } from '../support/home.ts';

const root = join(import.meta.dirname, '../..');

test('bootstrap ends with a prompt, and running it again changes nothing', async () => {
  await using home = testHome();
  for (const _ of [1, 2]) {
    const text = execFileSync('./bootstrap', ['--no-link'], { cwd: root, env: home.env, encoding: 'utf8' });
    expect(text).toContain('root@hello:~#');
    expect(text).toMatch(/vm console hello[\s\S]*vm list[\s\S]*vm stop hello/);
  }
  expect((await home.engine.machine.list({})).map(({ name }) => name)).toEqual(['hello']);
});
