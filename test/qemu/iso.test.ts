import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, createWriteStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cpio } from '../../src/boot/cpio.ts';
import { directAppend } from '../../src/boot/iso/append.ts';
import { chooseEntry } from '../../src/boot/iso/choose.ts';
import { injectIntoIso } from '../../src/boot/iso/inject.ts';
import { readIso } from '../../src/boot/iso/read.ts';
import { takeFromIso } from '../../src/boot/iso/take.ts';
import { kernelIn, readImage } from '../../src/image/store.ts';
import { Scope } from '../../src/index.ts';
import { has } from '../support/has.ts';
import { workDirectory } from '../support/iso.ts';
import { sharedHome } from '../support/place.ts';

const canBuild = ['xorriso', 'mformat', 'grub-mkrescue'].every(has);
const scope = () => new Scope({ timeout: 60_000 });

/** The first process of the guest: it says what the medium has, and switches the machine off. */
const init = `#!/bin/sh
export PATH=/sbin:/usr/sbin:/bin:/usr/bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
modprobe -a ahci ata_piix sr_mod isofs
until [ -b /dev/sr0 ]; do sleep 0.2; done
mount -t iso9660 -o ro /dev/sr0 /mnt
echo "the guest has: $(cat /mnt/brought/note)."
poweroff -f
`;

/** GRUB's menu without a word of a serial line, and with one. */
const silent =
  'set timeout=0\nmenuentry test {\n linux /boot/vmlinuz quiet console=tty0\n initrd /boot/initrd\n}\n';
const speaking = silent.replace('console=tty0', 'console=ttyS0,115200');

describe.skipIf(!canBuild)('an ISO with no serial console of its own', () => {
  let work: ReturnType<typeof workDirectory>;
  beforeAll(() => {
    work = workDirectory();
  });
  const at = (name: string) => join(work.path, name);
  afterAll(() => work[Symbol.dispose]());

  /** Boots a machine that switches itself off. @returns what came out of its serial line */
  const boot = async (...args: string[]): Promise<string> => {
    const serial = at('serial');
    const usual = [
      '-accel',
      'tcg',
      '-m',
      '512M',
      '-nodefaults',
      '-vga',
      'std',
      '-display',
      'none',
      '-no-reboot',
    ];
    const child = spawn('qemu-system-x86_64', [...usual, '-serial', `file:${serial}`, ...args], {
      stdio: 'ignore',
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), 120_000);
    const [code] = await once(child, 'exit');
    clearTimeout(timer);
    const said = readFileSync(serial, 'utf8');
    expect(code, said.slice(-2000)).toBe(0);
    return said;
  };

  beforeAll(async () => {
    const kernel = kernelIn(readImage(sharedHome, 'tiny'));
    if (!kernel) throw new Error('the tiny image has no kernel');
    mkdirSync(at('tree/boot/grub'), { recursive: true });
    copyFileSync(kernel.bzImage, at('tree/boot/vmlinuz'));
    copyFileSync(kernel.initrd, at('tree/boot/initrd'));
    const first = cpio([{ kind: 'file', path: 'init', mode: 0o755, content: Buffer.from(init) }]);
    await pipeline(first, createWriteStream(at('init.cpio')));
    await appendFile(at('tree/boot/initrd'), readFileSync(at('init.cpio')));
    writeFileSync(at('tree/boot/grub/grub.cfg'), silent);
    const little = ['--locales=', '--themes=', '--fonts='];
    execFileSync('grub-mkrescue', ['-o', at('silent.iso'), ...little, at('tree')], { stdio: 'ignore' });
  });

  test('speaks when it is booted directly', async () => {
    const iso = at('silent.iso');
    const cd = ['-cdrom', iso];
    const entry = chooseEntry(await readIso(scope(), iso));
    if (!entry) throw new Error('no entry was found');
    const initrd = entry.initrds[0] as string;
    await takeFromIso(scope(), iso, { [entry.kernel]: at('kernel'), [initrd]: at('initrd') });
    const direct = ['-kernel', at('kernel'), '-initrd', at('initrd'), '-append', directAppend(entry)];
    expect(await boot(...cd, ...direct)).toContain('the guest has: .');
  });

  // That it does so by UEFI as well, live-iso.test.ts says.
  test('with something injected still boots by BIOS, and has it', async () => {
    writeFileSync(at('note'), 'what was injected');
    writeFileSync(at('speaking.cfg'), speaking);
    const inject = [
      { from: at('note'), to: '/brought/note' },
      { from: at('speaking.cfg'), to: '/boot/grub/grub.cfg' },
    ];
    const to = at('speaking.iso');
    await injectIntoIso(scope(), { iso: at('silent.iso'), to, inject, env: {} });
    expect(await boot('-cdrom', to)).toContain('the guest has: what was injected.');
  });
});
