import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { injectIntoIso } from '../../src/boot/iso/inject.ts';
import { Scope } from '../../src/index.ts';
import { canBuildLive, debianLive, livePatience } from '../support/debian-live.ts';
import { printed } from '../support/guest.ts';
import { type TestHome, testHome } from '../support/home.ts';

/** Milliseconds that an emulated machine may take from its firmware to its first service. */
const bootPatience = livePatience / 2;

/**
 * What systemd starts in the place of all else, which takes an emulated machine most of a boot: that everything comes
 * up, as far as a login, docs/tutorial-distribution.md shows.
 */
const target = '[Unit]\nRequires=tell.service\n';
const service = `[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
StandardOutput=tty
ExecStart=sh -lc 'program; findmnt -n -o FSTYPE /; systemctl is-enabled systemd-networkd; ls /etc/systemd/network; echo that is all'
`;

describe.skipIf(!canBuildLive)('the live ISO of the built-in builder, and something injected into it', () => {
  let home: TestHome;
  const iso = () => home.path('..', 'live.iso');

  beforeAll(async () => {
    const built = await debianLive();
    home = testHome();
    const file = (name: string) => home.path('..', name);
    const tree = file('tree');
    mkdirSync(tree);
    writeFileSync(join(tree, 'program'), '#!/bin/sh\necho "$WHO was brought"\n', { mode: 0o755 });
    writeFileSync(file('default.target'), target);
    writeFileSync(file('tell.service'), service);
    const units = ['default.target', 'tell.service'];
    const inject = [
      { from: tree, to: '/bin' },
      ...units.map((unit) => ({ from: file(unit), to: `/etc/systemd/system/${unit}` })),
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
    'boots by its own boot loader from UEFI to its root file system, and has it at its place',
    async () => {
      const name = 'uefi';
      await boot(name, 'uefi');
      const said = await printed(home, name, 'that is all', 0, bootPatience);
      expect(said).toMatch(/a program was brought\s+overlay\s+enabled\s+80-dhcp\.network\s/);
      await home.engine.machine.kill({ name });
    },
    livePatience,
  );

  test(
    'is found by BIOS, to the menu of its own boot loader',
    async () => {
      // That this one starts a kernel after BIOS as well, iso.test.ts says.
      const name = 'bios';
      await boot(name, 'bios');
      await printed(home, name, /GNU GRUB[\s\S]*\*live /, 0, bootPatience);
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
