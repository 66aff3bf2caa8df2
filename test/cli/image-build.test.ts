import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canBuildDebian } from '../support/debian.ts';
import { testHome } from '../support/home.ts';
import { asOrdinaryUser, canBecomeUser, ordinaryRoom } from '../support/ordinary-user.ts';

describe('vm image build refuses, and says why:', () => {
  test.each<[string, string[], number, string]>([
    ['a recipe that is not there', ['arch'], 3, 'There is no recipe for an image arch'],
    ['a file that is not there', ['none.yaml'], 3, 'The recipe none.yaml does not exist'],
    ['an unknown release', ['debian', '--release', 'potato'], 2, 'known here: bookworm'],
    ['a name that is a path', ['debian', '--name', '../x'], 2, 'must be the name of an image'],
    ['an option in the place of a package', ['debian', '--packages=-y'], 2, 'must be a package'],
    ['a size that is none', ['debian', '--size', 'large'], 2, 'must be a size'],
    ['what the tiny guest does not know', ['tiny', '--packages', 'nginx'], 2, 'means nothing to tiny'],
  ])('%s', async (_, args, code, said) => {
    await using home = testHome();
    const ended = await home.vm('image', 'build', ...args);
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(said)]);
  });

  test('a recipe with a mistake, at its place', async () => {
    await using home = testHome();
    const file = home.path('..', 'web.yaml');
    writeFileSync(file, 'base: debian\npackage: [nginx]\n');
    const ended = await home.vm('image', 'build', file);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(
      `${file}, line 2, column 1: there is no key package (perhaps packages is meant)`,
    );
  });

  test('a host without mmdebstrap, with what to type', async () => {
    await using home = testHome();
    const tools = home.path('..', 'tools');
    mkdirSync(tools);
    for (const tool of ['busybox', 'flock', 'apt-get']) {
      execFileSync('ln', ['-s', execFileSync('which', [tool], { encoding: 'utf8' }).trim(), tools]);
    }
    const env = { PATH: tools };
    const ended = await home.run({ env }, 'image', 'build', 'debian', '--name', 'none', '--rebuild');
    expect([ended.code, ended.stderr]).toEqual([6, expect.stringContaining('apt-get install')]);
  });

  test.skipIf(!canBuildDebian)('a package that Debian does not have, in the words of apt', async () => {
    await using home = testHome();
    const env = { XDG_CACHE_HOME: home.path('..', 'cache') };
    const args = ['debian', '--packages', 'no-such-package', '--name', 'none'];
    const ended = await home.run({ env }, 'image', 'build', ...args);
    expect([ended.code, ended.stderr]).toEqual([
      1,
      expect.stringContaining('Unable to locate package no-such-package'),
    ]);
    expect(readFileSync(join(env.XDG_CACHE_HOME, 'vivarium/image-build-none.log'), 'utf8')).toContain('I: ');
  });
});

const recipe = `base: debian
user: me
hostname: web
size: 4G
files:
  - { from: site, to: /srv/site, owner: "me:me" }
  - { from: hello, to: /usr/local/bin/, mode: "0755" }
run:
  - /usr/local/bin/hello >/srv/said
  - test "$(stat -c %U /srv/site/page)" = me
`;

test.skipIf(!canBuildDebian || !canBecomeUser)(
  'an ordinary user builds a recipe: files, users and owners are as it says',
  async () => {
    await using home = testHome();
    const [command, args] = asOrdinaryUser(home, 'image', 'build', 'web.yaml');
    const room = ordinaryRoom(home);
    mkdirSync(join(room, 'site'));
    writeFileSync(join(room, 'site/page'), 'hello\n');
    writeFileSync(join(room, 'hello'), '#!/bin/sh\necho "hello from $(id -un)"\n');
    writeFileSync(join(room, 'web.yaml'), recipe);
    const child = spawn(command, args, { cwd: room, env: home.env, stdio: ['ignore', 'inherit', 'inherit'] });
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);

    const image = join(room, 'vms/.images/web');
    const manifest = JSON.parse(readFileSync(join(image, 'image.json'), 'utf8'));
    expect(manifest).toMatchObject({ kind: 'disk', size: 4 * 2 ** 30, user: 'me', seed: 'script' });
    const start = JSON.parse(
      execFileSync('sfdisk', ['--json', join(image, 'disk.raw')], { encoding: 'utf8' }),
    ).partitiontable.partitions[1].start;
    const inside = (request: string) =>
      execFileSync('debugfs', ['-R', request, `${image}/disk.raw?offset=${start * 512}`], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    expect(inside('cat /srv/said')).toBe('hello from root\n');
    expect(inside('cat /srv/site/page')).toBe('hello\n');
    expect(inside('stat /srv/site/page')).toMatch(/User: +1000 +Group: +1000/);
    expect(inside('stat /usr/bin/sudo')).toMatch(/Mode: +04755[\s\S]*User: +0 +Group: +0/);
    expect(inside('cat /etc/hostname')).toBe('web\n');
    expect(inside('cat /etc/machine-id')).toBe('');
    expect(inside('ls /etc/ssh')).not.toContain('_key');
    expect(inside('ls /etc/dpkg/dpkg.cfg.d')).not.toContain('mmdebstrap');
    expect(inside('ls /usr/share/doc/bash').match(/copyright|changelog|README/g)).toEqual(['copyright']);
  },
  300_000,
);
