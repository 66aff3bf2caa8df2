import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { debianInstaller, installerPatience } from '../support/debian-installer.ts';
import { debianTree, treeKernel, treePatience } from '../support/debian-tree.ts';
import { printed } from '../support/guest.ts';
import { has } from '../support/has.ts';
import { testHome } from '../support/home.ts';

// Live systems are in live-iso.test.ts, a live root in live.test.ts; that an edit of a tree is seen, docs/tutorial-initramfs.md shows.

test.skipIf(!has('apt-get'))(
  "Debian's installer gets to its first question on the serial line",
  async () => {
    const files = await debianInstaller();
    await using home = testHome();
    const append = 'DEBIAN_FRONTEND=text TERM=dumb';
    const { name, how } = await home.engine.machine.run({ ...files, append, memory: '1G', network: 'none' });
    expect(how).toBe('linux with initrd.gz');
    await printed(home, name, /Prompt: '\?' for help/);
    await home.engine.machine.remove({ name, force: true });
  },
  installerPatience + 120_000,
);

test.skipIf(!has('mmdebstrap'))(
  'a tree of 300 MB is packed as an initramfs and runs a command',
  async () => {
    await using home = testHome('machines', 'own');
    const tree = home.path('..', 'tree');
    execFileSync('cp', ['-a', await debianTree(), tree]); // no links: others look whether the tree has changed
    const bytes = randomBytes(2 ** 20);
    for (let part = 0; part < 150; part++) writeFileSync(join(tree, 'srv', `part${part}`), bytes);
    expect(Number(execFileSync('du', ['-sm', tree]).toString().split('\t')[0])).toBeGreaterThan(300);
    const digest = execFileSync('sh', ['-c', 'cat "$1"/srv/part* | md5sum', 'sh', tree]).toString();
    const command = 'cat /srv/part* | md5sum; ls /srv | wc -l';
    const kernel = ['--kernel', (await treeKernel()).bzImage];
    const ran = await home.vm('run', '--initramfs', tree, ...kernel, '--', 'sh', '-c', command);
    const { code, stdout, stderr } = ran;
    expect(code, stderr).toBe(0);
    expect(stdout).toBe(`${digest}150\n`);
    expect(readdirSync(home.vmdir).filter((entry) => !entry.startsWith('.'))).toEqual([]);
  },
  treePatience + 240_000,
);
