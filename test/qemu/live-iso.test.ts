import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { injectIntoIso } from '../../src/boot/iso/inject.ts';
import { Scope } from '../../src/index.ts';
import { canBuildLive, debianLive, livePatience } from '../support/debian-live.ts';
import { guestSays, printed } from '../support/guest.ts';
import { type TestHome, testHome } from '../support/home.ts';

/** Milliseconds that an emulated machine may take from its firmware to a login. */
const loginPatience = livePatience - 60_000;

describe.skipIf(!canBuildLive)('the live ISO of the built-in builder, and something injected into it', () => {
  let home: TestHome;
  const iso = () => home.path('..', 'live.iso');

  beforeAll(async () => {
    const built = await debianLive();
    home = testHome();
    const [tree, issue] = [home.path('..', 'tree'), home.path('..', 'issue')];
    mkdirSync(tree);
    writeFileSync(join(tree, 'program'), '#!/bin/sh\necho "$WHO was brought"\n', { mode: 0o755 });
    writeFileSync(issue, 'this was brought, too\n');
    const inject = [
      { from: tree, to: '/bin' },
      { from: issue, to: '/etc/issue' },
    ];
    const env = { WHO: 'a program' };
    const scope = new Scope({ timeout: 60_000 });
    const { means } = await injectIntoIso(scope, { iso: built, to: iso(), inject, env });
    expect(means).toBe('module');
  }, livePatience);

  afterAll(async () => await home?.[Symbol.asyncDispose]());

  const boot = (name: string, firmware: 'bios' | 'uefi') =>
    home.engine.machine.make({
      ...{ name, iso: iso(), firmware },
      ...{ memory: '1G', disk: 'none' },
    });

  test(
    'boots by its own boot loader from UEFI to a login on the serial line, and has it at its place',
    async () => {
      const name = 'uefi';
      await boot(name, 'uefi');
      const said = await printed(home, name, 'live login: ', 0, loginPatience);
      expect(said).toContain('this was brought, too');
      const terminal = await home.engine.machine.console({ name });
      await terminal.write(Buffer.from('user\n'));
      await printed(home, name, 'Password: ');
      await terminal.write(Buffer.from('live\n'));
      await printed(home, name, 'user@live:~$');
      terminal.close();
      expect(await guestSays(home, name, 'sudo id -u; findmnt -n -o FSTYPE /; ip -4 -brief address')).toMatch(
        /^0\noverlay\n[\s\S]*10\.0\.2\.15\/24/,
      );
      await home.engine.machine.kill({ name });
    },
    livePatience,
  );

  test(
    'boots by its own boot loader from BIOS to the first words of its initrd',
    async () => {
      // The firmware has no part in what follows; that a medium is found after BIOS, iso.test.ts says.
      const name = 'bios';
      await boot(name, 'bios');
      expect(await printed(home, name, 'Begin: ', 0, loginPatience)).toContain('GRUB');
      await home.engine.machine.kill({ name });
    },
    livePatience,
  );

  test('has it at its place when it is booted directly', async () => {
    const script = 'program; stat -c %a /root /tmp; test -L /bin && ls /bin/sh';
    const { code, stdout } = await home.vm('run', iso(), '--memory', '1G', '--', 'sh', '-lc', script);
    expect([code, stdout]).toEqual([0, 'a program was brought\n700\n1777\n/bin/sh\n']);
  });
});
