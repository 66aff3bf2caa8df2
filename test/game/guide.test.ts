import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { testHome } from '../support/home.ts';
import { freeUdpPort } from '../support/ports.ts';
import { startService } from '../support/service.ts';
import { shell } from '../support/shown.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/luanti.md'), 'utf8');

/** The commands of a numbered step. */
const step = (number: number): string => {
  const [, steps = ''] = new RegExp(`^${number}\\. ([\\s\\S]*?)(?=^\\d\\. |^\\S)`, 'm').exec(page) ?? [];
  const [, commands = ''] = /```sh\n([\s\S]*?)```/.exec(steps) ?? [];
  return commands.replaceAll(/^ {3}/gm, '');
};

test('the five steps of docs/luanti.md lead to a game that is connected', async () => {
  await using home = testHome();
  const user = home.path('..', 'user');
  await using service = await startService(home); // step 3, at a port of the test's own
  expect(step(3)).toMatch(/^vmd --listen \d+\n$/);
  home.env.HOME = user;
  expect(await shell(home, step(1))).toContain('The image tiny');
  const [token = ''] = /vt_\S+/.exec(await shell(home, step(2))) ?? [];
  const told = step(4).replace('THE TOKEN', token).replaceAll('$PWD', root);
  expect(await shell(home, told)).toBe('');
  await shell(home, `echo 'vivarium.url = ${service.url}' >> ~/.minetest/minetest.conf`);
  const [, ...words] = step(5).trim().replaceAll('~', user).split(' ');
  const server = spawn('/usr/games/minetestserver', [...words, '--port', `${await freeUdpPort()}`], {
    env: { ...home.env, HOME: user },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  server.stderr.on('data', (text) => {
    log += text;
  });
  try {
    await eventually(
      () => log.includes('[vivarium] connected with vmd'),
      () => `it to connect; it said:\n${log}`,
      30_000,
    );
    expect(log).not.toMatch(/ERROR|deprecated/);
  } finally {
    server.kill('SIGKILL');
    await once(server, 'exit');
  }
});
