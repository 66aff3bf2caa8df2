import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { directAppend } from '../../src/boot/iso/append.ts';
import { chooseEntry } from '../../src/boot/iso/choose.ts';
import type { IsoBoot, IsoEntry } from '../../src/boot/iso/iso.ts';
import { bootableBy, readIso } from '../../src/boot/iso/read.ts';
import { takeFromIso } from '../../src/boot/iso/take.ts';
import { Scope } from '../../src/index.ts';
import { has } from '../support/has.ts';
import { fixtureIso, makeIso, workDirectory } from '../support/iso.ts';

const canMakeIsos = ['xorriso', 'mformat', 'mcopy'].every(has);
const scope = () => new Scope({ timeout: 60_000 });

describe.skipIf(!canMakeIsos)('an ISO', () => {
  let work: ReturnType<typeof workDirectory>;
  beforeAll(() => {
    work = workDirectory();
  });
  afterAll(() => work[Symbol.dispose]());

  /** Makes an ISO of a tree of these texts. */
  const isoOf = (name: string, texts: Record<string, string>, options: string[] = []): string => {
    const tree = join(work.path, name);
    for (const [path, text] of Object.entries(texts)) {
      mkdirSync(join(tree, path, '..'), { recursive: true });
      writeFileSync(join(tree, path), text);
    }
    makeIso(tree, join(work.path, `${name}.iso`), name.toUpperCase(), options);
    return join(work.path, `${name}.iso`);
  };

  describe.each<
    [name: string, IsoBoot['kind'], Pick<IsoEntry, 'kernel' | 'initrds'>, string, number | undefined]
  >([
    [
      'debian-live',
      'debian-live',
      { kernel: '/live/vmlinuz-6.1.0-13-amd64', initrds: ['/live/initrd.img-6.1.0-13-amd64'] },
      'boot=live components findiso=',
      undefined,
    ],
    [
      'debian-netinst',
      'debian-installer',
      { kernel: '/install.amd/vmlinuz', initrds: ['/install.amd/initrd.gz'] },
      '---',
      undefined,
    ],
    [
      'archiso',
      'archiso',
      {
        kernel: '/arch/boot/x86_64/vmlinuz-linux',
        initrds: [
          '/arch/boot/intel-ucode.img',
          '/arch/boot/amd-ucode.img',
          '/arch/boot/x86_64/initramfs-linux.img',
        ],
      },
      'archisobasedir=arch archisosearchuuid=2024-02-01-10-20-30-00',
      15,
    ],
    [
      'archiso-grub',
      'archiso',
      {
        kernel: '/arch/boot/x86_64/vmlinuz-linux',
        initrds: ['/arch/boot/x86_64/initramfs-linux.img'],
      },
      'archisobasedir=arch archisosearchuuid=2024-02-01-10-20-30-00',
      15,
    ],
    ['ubuntu', 'casper', { kernel: '/casper/vmlinuz', initrds: ['/casper/initrd'] }, '---', 30],
    [
      'fedora',
      'fedora-live',
      { kernel: '/images/pxeboot/vmlinuz', initrds: ['/images/pxeboot/initrd.img'] },
      'root=live:CDLABEL=Fedora-WS-Live-38-1-6 rd.live.image',
      60,
    ],
    [
      'opensuse-live',
      'fedora-live',
      { kernel: '/boot/x86_64/loader/linux', initrds: ['/boot/x86_64/loader/initrd'] },
      'systemd.show_status=yes root=live:CDLABEL=openSUSE_Tumbleweed_GNOME_Live rd.live.image ' +
        'rd.live.overlay.persistent rd.live.overlay.cowfs=ext4',
      10,
    ],
    [
      'opensuse',
      'opensuse-installer',
      { kernel: '/boot/x86_64/loader/linux', initrds: ['/boot/x86_64/loader/initrd'] },
      'showopts',
      60,
    ],
    [
      'nixos',
      'nixos',
      {
        kernel: '/boot/nix/store/aaaa-linux-6.6.30/bzImage',
        initrds: ['/boot/nix/store/bbbb-initrd-linux-6.6.30/initrd'],
      },
      'init=/nix/store/cccc-nixos-system-nixos-24.05/init root=LABEL=nixos-minimal-24.05-x86_64 ' +
        'boot.shell_on_fail nohibernate loglevel=4',
      10,
    ],
    [
      'alpine',
      'alpine',
      { kernel: '/boot/vmlinuz-virt', initrds: ['/boot/initramfs-virt'] },
      'modules=loop,squashfs,sd-mod,usb-storage',
      1,
    ],
  ])('like that of %s', (name, kind, files, append, timeout) => {
    let iso: string;
    let boot: IsoBoot;
    beforeAll(async () => {
      iso = fixtureIso(work.path, name);
      boot = await readIso(scope(), iso);
    });

    test('is known for what it is', () => {
      expect(boot).toMatchObject({ kind, label: name.toUpperCase(), boots: { bios: false, uefi: false } });
      expect(boot.timeout).toBe(timeout);
    });

    test('gives its kernel, initrd and command line for a boot that is seen on the serial console', async () => {
      const entry = chooseEntry(boot);
      expect(entry).toMatchObject(files);
      expect(directAppend(entry as IsoEntry)).toBe(`${append} console=tty0 console=ttyS0,115200`);
      const to = join(work.path, `${name}.kernel`);
      await takeFromIso(scope(), iso, { [files.kernel]: to });
      expect(readFileSync(to, 'utf8')).toBe(files.kernel);
    });
  });

  test('tells where its root is, and of which kind', async () => {
    const rootOf = async (name: string) => (await readIso(scope(), fixtureIso(work.path, name))).root;
    expect(await rootOf('debian-live')).toEqual({ format: 'squashfs', path: '/live/filesystem.squashfs' });
    expect(await rootOf('archiso-grub')).toEqual({ format: 'erofs', path: '/arch/x86_64/airootfs.erofs' });
    expect(await rootOf('alpine')).toBeUndefined();
  });

  test('without Rock Ridge has its files under names of DOS', async () => {
    const tree = join(work.path, 'dos');
    mkdirSync(join(tree, 'isolinux'), { recursive: true });
    writeFileSync(
      join(tree, 'isolinux/isolinux.cfg'),
      'label l\nkernel vmlinuz\nappend initrd=initrd.gz root=x',
    );
    writeFileSync(join(tree, 'isolinux/vmlinuz'), 'k');
    writeFileSync(join(tree, 'isolinux/initrd.gz'), 'i');
    const iso = join(work.path, 'dos.iso');
    execFileSync('xorriso', ['-no_rc', '-as', 'mkisofs', '-quiet', '--norock', '-o', iso, tree], {
      stdio: 'ignore',
    });
    const { entries } = await readIso(scope(), iso);
    expect(entries).toHaveLength(1);
    await takeFromIso(scope(), iso, { [entries[0]?.initrds[0] as string]: join(work.path, 'dos.i') });
    expect(readFileSync(join(work.path, 'dos.i'), 'utf8')).toBe('i');
  });

  test('whose menu and initrd are in its EFI boot image alone is read, too', async () => {
    const tree = join(work.path, 'efi');
    const kernel = 'arch/boot/x86_64/vmlinuz-linux';
    const initrd = 'arch/boot/x86_64/initramfs-linux.img';
    const fat = join(work.path, 'fat');
    cpSync(join(import.meta.dirname, '../fixtures/iso/archiso/loader'), join(fat, 'loader'), {
      recursive: true,
    });
    for (const directory of [tree, fat]) mkdirSync(join(directory, 'arch/boot/x86_64'), { recursive: true });
    for (const name of ['intel-ucode.img', 'amd-ucode.img'])
      writeFileSync(join(fat, 'arch/boot', name), name);
    for (const directory of [tree, fat]) writeFileSync(join(directory, kernel), 'kernel');
    writeFileSync(join(fat, initrd), 'from the FAT');
    const image = ['-i', join(tree, 'efi.img')];
    execFileSync('mformat', [...image, '-C', '-f', '2880', '::']);
    execFileSync('mcopy', [...image, '-s', ...readdirSync(fat).map((name) => join(fat, name)), '::']);
    const iso = join(work.path, 'efi.iso');
    makeIso(tree, iso, 'EFI', ['-e', 'efi.img', '-no-emul-boot']);

    const boot = await readIso(scope(), iso);
    expect(boot.boots).toEqual({ bios: false, uefi: true });
    expect(await bootableBy(scope(), iso)).toEqual(boot.boots);
    const entry = chooseEntry(boot);
    expect(entry).toMatchObject({ source: 'systemd-boot', default: true, kernel: `/${kernel}` });
    expect(entry?.initrds.at(-1)).toBe(`(efi)/${initrd}`);
    const to = join(work.path, 'efi.initrd');
    await takeFromIso(scope(), iso, { [`(efi)/${initrd}`]: to });
    expect(readFileSync(to, 'utf8')).toBe('from the FAT');
  });

  describe('that nobody vouches for', () => {
    const entry = (kernel: string) => `menuentry x {\n linux ${kernel} a\n initrd /i\n}\n`;

    test('gives no file but its own', async () => {
      const iso = isoOf('outside', {
        'boot/grub/grub.cfg': ['/../../../etc/passwd', '/link', '(hd0,1)/etc/passwd'].map(entry).join(''),
        i: '',
      });
      const tree = join(work.path, 'outside');
      symlinkSync('/etc/passwd', join(tree, 'link'));
      makeIso(tree, iso, 'OUTSIDE');
      expect((await readIso(scope(), iso)).entries).toEqual([]);
      const to = join(work.path, 'outside.taken');
      await expect(takeFromIso(scope(), iso, { '/link': to })).rejects.toMatchObject({ code: 'iso-unfit' });
      expect(readdirSync(work.path).filter((name) => name.includes('outside.taken'))).toEqual([]);
    });

    test('ends, however it goes round in circles', async () => {
      const iso = isoOf('round', {
        'boot/grub/grub.cfg': `${entry('/k')}source /boot/grub/grub.cfg\nwhile true; do set a="$a$a x"; done\n`,
        'isolinux/isolinux.cfg':
          'include isolinux.cfg\nlabel x\nkernel /k\nappend initrd=/i\nlabel y\nconfig isolinux.cfg\n',
        k: '',
        i: '',
      });
      const { entries } = await readIso(scope(), iso);
      expect(entries.length).toBeGreaterThan(0);
      expect(chooseEntry({ kind: 'unknown', entries })).toMatchObject({ kernel: '/k' });
    });

    test('may have any names, and configurations too large to be some', async () => {
      const odd = "it's \n File data lba:  0 ,  0 ,  1 ,  9 , '/k'";
      const iso = isoOf('odd', {
        'boot/grub/grub.cfg': `${entry('/k')}${'#'.repeat(2 ** 20)}`,
        'isolinux/isolinux.cfg': 'label x\nkernel ../k\nappend initrd=../i\n',
        [`${odd}/[a]*`]: '',
        k: 'kernel',
        i: '',
      });
      const { entries } = await readIso(scope(), iso);
      expect(entries.map(({ source, kernel }) => [source, kernel])).toEqual([['isolinux', '/k']]);
      const to = join(work.path, 'odd.k');
      await takeFromIso(scope(), iso, { '/k': to });
      expect(readFileSync(to, 'utf8')).toBe('kernel');
    });

    test('is an error that names it where it is none, or only a part of one', async () => {
      const none = join(work.path, 'none.iso');
      writeFileSync(none, 'x'.repeat(100_000));
      const failing = async (file: string) =>
        await readIso(scope(), file).then(
          () => undefined,
          (error) => error,
        );
      expect(await failing(none)).toMatchObject({
        code: 'iso-unfit',
        message: `${none} is no ISO 9660 image.`,
      });
      expect(await failing(join(work.path, 'missing.iso'))).toMatchObject({ code: 'file-missing' });
      expect(await failing(work.path)).toMatchObject({ code: 'iso-unfit' });

      const iso = isoOf('part', { 'boot/grub/grub.cfg': entry('/k'), i: '', k: 'k'.repeat(300_000) });
      const whole = readFileSync(iso);
      writeFileSync(iso, whole.subarray(0, whole.indexOf('k'.repeat(9000)) + 200_000));
      const to = join(work.path, 'part.k');
      await expect(takeFromIso(scope(), iso, { '/k': to })).rejects.toMatchObject({
        message: expect.stringContaining('cut off'),
      });
      expect(readdirSync(work.path).filter((name) => name.includes('part.k'))).toEqual([]);
    });
  });
});
