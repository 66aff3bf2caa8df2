import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  createWriteStream,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CpioEntry, cpio } from '../../src/boot/cpio.ts';
import { readInitramfs } from '../../src/boot/initramfs/read.ts';
import { injectIntoIso } from '../../src/boot/iso/inject.ts';
import { readIso } from '../../src/boot/iso/read.ts';
import { takeFromIso } from '../../src/boot/iso/take.ts';
import { Scope } from '../../src/index.ts';
import { has } from '../support/has.ts';
import { makeIso, workDirectory } from '../support/iso.ts';

const canInject = ['xorriso', 'mformat', 'mksquashfs', 'unsquashfs', 'busybox'].every(has);
const isolinux = '/usr/lib/ISOLINUX';
const canBeHybrid = existsSync(isolinux) || process.env.VIVARIUM_REQUIRE !== undefined;
const scope = () => new Scope({ timeout: 60_000 });

const odd = 'it\'s "odd" \\ [*]\nüñ';

describe.skipIf(!canInject)('what is injected into an ISO', () => {
  let work: ReturnType<typeof workDirectory>;
  beforeAll(() => {
    work = workDirectory();
  });
  afterAll(() => work[Symbol.dispose]());
  const at = (...parts: string[]) => join(work.path, ...parts);

  const put = (path: string, text: string | Buffer) => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  };

  /** A medium that boots by BIOS and by UEFI, as far as its catalogue goes. */
  const bootable = (name: string) => {
    put(`${name}/boot/bios.img`, Buffer.alloc(2048, 1));
    execFileSync('mformat', ['-C', '-f', '2880', '-i', at(name, 'boot/efi.img'), '::']);
    const bios = ['-b', 'boot/bios.img', '-no-emul-boot', '-boot-load-size', '4'];
    makeIso(at(name), at(`${name}.iso`), name.toUpperCase(), [
      ...bios,
      ...['-eltorito-alt-boot', '-e', 'boot/efi.img', '-no-emul-boot'],
    ]);
    return at(`${name}.iso`);
  };

  const menu = (append: string, initrd = '/boot/initrd') =>
    `menuentry x {\n linux /boot/vmlinuz ${append}\n initrd ${initrd}\n}\n`;

  const taken = async (iso: string, path: string): Promise<string> => {
    const to = at(`taken ${basename(path)}${path.startsWith('(') ? ' of EFI' : ''}`);
    await takeFromIso(scope(), iso, { [path]: to });
    return to;
  };

  let tree: { from: string; exclude: string[] };
  beforeAll(() => {
    tree = { from: at('tree'), exclude: ['.git'] };
    put('tree/hello', 'from the host\n');
    put('tree/run', '#!/bin/sh\n');
    chmodSync(at('tree/run'), 0o755);
    linkSync(at('tree/run'), at('tree/again'));
    symlinkSync('/etc/passwd', at('tree/link'));
    put(`tree/${odd}`, 'odd');
    put('tree/.git/config', '');
    put(`tree/${'d'.repeat(90)}/${'e'.repeat(90)}`, 'deep');
  });

  describe('of Debian live', () => {
    let iso: string;
    beforeAll(() => {
      put('live-root/usr/bin/sh', '');
      put('live-root/etc/motd', 'old\n');
      symlinkSync('usr/bin', at('live-root/bin'));
      for (const [name, mode] of [
        ['root', 0o700],
        ['tmp', 0o1777],
      ] as const) {
        mkdirSync(at('live-root', name));
        chmodSync(at('live-root', name), mode);
      }
      mkdirSync(at('live/live'), { recursive: true });
      const squashfs = at('live/live/filesystem.squashfs');
      execFileSync('mksquashfs', [at('live-root'), squashfs, '-quiet', '-all-root'], { stdio: 'ignore' });
      put('live/boot/vmlinuz', '');
      put('live/boot/initrd', '');
      put('live/boot/grub/grub.cfg', menu('boot=live'));
      iso = bootable('live');
    });

    const listOf = async (to: string) => {
      const module = await taken(to, '/live/vivarium.squashfs');
      const lines = execFileSync('unsquashfs', ['-lln', module], { encoding: 'utf8' });
      return { module, lines };
    };

    test('is a module that is laid over its root, with the modes and links of that', async () => {
      const to = at('live-out.iso');
      const result = await injectIntoIso(scope(), {
        iso,
        to,
        inject: [
          { ...tree, to: '/root/tree' },
          { from: at('tree/run'), to: '/bin/run' },
          { from: at('tree/hello'), to: '/tmp' },
          { from: at('tree/hello'), to: '/etc/motd' },
        ],
        env: { WHO: "it's me" },
      });
      expect(result).toEqual({ kind: 'debian-live', means: 'module', paths: ['/live/vivarium.squashfs'] });
      const { module, lines } = await listOf(to);
      for (const line of [
        /^drwx------ 0\/0 .* squashfs-root\/root$/m,
        /^drwxrwxrwt 0\/0 .* squashfs-root\/tmp$/m,
        /^-rwxr-xr-x 0\/0 .* squashfs-root\/usr\/bin\/run$/m,
        /^-rw-r--r-- 0\/0 .* squashfs-root\/tmp\/hello$/m,
        /^lrwxrwxrwx 0\/0 .* squashfs-root\/root\/tree\/link -> \/etc\/passwd$/m,
        /squashfs-root\/root\/tree\/again$/m,
        /squashfs-root\/root\/tree\/d{90}\/e{90}$/m,
      ])
        expect(lines).toMatch(line);
      expect(lines).toContain(`squashfs-root/root/tree/${odd}`);
      expect(lines).not.toMatch(/\.git|squashfs-root\/bin/);
      const contentOf = (path: string) =>
        execFileSync('unsquashfs', ['-cat', module, path], { encoding: 'utf8' });
      expect(contentOf('etc/motd')).toBe('from the host\n');
      expect(contentOf('etc/profile.d/vivarium.sh')).toBe("export WHO='it'\\''s me'\n");

      const [before, after] = [await readIso(scope(), iso), await readIso(scope(), to)];
      expect(before.root).toEqual({ format: 'squashfs', path: '/live/filesystem.squashfs' });
      const layers = ['/live/filesystem.squashfs', '/live/vivarium.squashfs'];
      expect(after).toEqual({ ...before, root: { ...before.root, layers } });
      expect(after.boots).toEqual({ bios: true, uefi: true });
    });

    test('takes the place of what was injected before, in the very same file', async () => {
      const to = at('live-same.iso');
      copyFileSync(iso, to);
      for (const path of ['/a', '/b'])
        await injectIntoIso(scope(), {
          iso: to,
          to,
          inject: [{ from: at('tree/hello'), to: path }],
          env: {},
        });
      const { lines } = await listOf(to);
      expect(lines).toMatch(/squashfs-root\/b$/m);
      expect(lines).not.toMatch(/squashfs-root\/a$/m);
    });

    test('has nothing of the draft in it, though that lies in the tree', async () => {
      const to = at('tree/[out] 1*.iso');
      const inject = [{ ...tree, exclude: ['*.iso'], to: '/t' }];
      await injectIntoIso(scope(), { iso, to, inject, env: {} });
      const { lines } = await listOf(to);
      rmSync(to);
      expect(lines).toMatch(/squashfs-root\/t\/hello$/m);
      expect(lines).not.toMatch(/out|tmp/);
    });

    test('stands in its list of modules, where it has one', async () => {
      put('live/live/filesystem.module', 'filesystem.squashfs\n');
      const to = at('listed.iso');
      await injectIntoIso(scope(), { iso: bootable('live'), to, inject: [{ ...tree, to: '/t' }], env: {} });
      const list = readFileSync(await taken(to, '/live/filesystem.module'), 'utf8');
      expect(list).toBe('filesystem.squashfs\nvivarium.squashfs\n');
    });
  });

  describe('by its initrd', () => {
    const file = (path: string, text: string): CpioEntry => {
      return { kind: 'file', path, mode: 0o755, content: Buffer.from(text) };
    };
    const initrdWith = async (path: string, entries: CpioEntry[]) => {
      mkdirSync(dirname(at(path)), { recursive: true });
      await pipeline(cpio(entries), createWriteStream(at(path)));
    };
    const pathsIn = async (initrd: string) => {
      const paths: string[] = [];
      for await (const { path } of readInitramfs(scope(), initrd)) paths.push(path);
      return paths;
    };

    test('is taken along by a live system that leaves for another root, once', async () => {
      await initrdWith('arch/boot/initrd', [
        file('init', '#!/bin/sh\nexec switch_root /new_root /sbin/init\n'),
        { kind: 'directory', path: 'usr', mode: 0o755 },
        { kind: 'directory', path: 'usr/bin', mode: 0o755 },
        file('usr/bin/switch_root', 'a program'),
      ]);
      put('arch/arch/x86_64/airootfs.sfs', 'hsqs');
      put('arch/boot/vmlinuz', '');
      put('arch/boot/ucode.img', 'for the processor');
      put('arch/boot/grub/grub.cfg', menu('archisobasedir=arch', '/boot/ucode.img /boot/initrd'));
      const iso = bootable('arch');
      const request = { iso, to: iso, inject: [{ ...tree, to: '/root/tree' }], env: { A: 'b' } };
      const sizes: number[] = [];
      for (const _ of [1, 2]) {
        const result = await injectIntoIso(scope(), request);
        expect(result).toEqual({ kind: 'archiso', means: 'initrd', paths: ['/boot/initrd'] });
        sizes.push(statSync(await taken(iso, '/boot/initrd')).size);
      }
      expect(sizes[1]).toBe(sizes[0]);
      const initrd = await taken(iso, '/boot/initrd');
      const before = readFileSync(at('arch/boot/initrd'));
      expect(readFileSync(initrd).subarray(0, before.length).equals(before)).toBe(true);
      const paths = await pathsIn(initrd);
      expect(paths).toContain('vivarium/inject/0/tree/hello');
      expect(paths.filter((path) => path === '.vivarium-injected')).toHaveLength(1);
    });

    test.each([['of GRUB', false] as const, ...(canBeHybrid ? [['of isolinux', true] as const] : [])])(
      'reaches the initrd in an EFI boot image that is a partition behind one %s',
      async (_, hybrid) => {
        const initrd = 'arch/boot/x86_64/initramfs-linux.img';
        const leaving = file('init', '#!/bin/sh\nexec switch_root /new_root /sbin/init\n');
        await initrdWith(`esp/${initrd}`, [leaving]);
        await initrdWith(`mk/${initrd}`, [leaving]);
        put('esp/EFI/BOOT/BOOTx64.EFI', 'systemd-boot');
        put('esp/loader/entries/01-arch.conf', `title Arch\nlinux /arch/k\ninitrd /${initrd}\noptions a\n`);
        for (const tree of ['esp', 'mk']) put(`${tree}/arch/k`, 'kernel');
        put('mk/arch/x86_64/airootfs.sfs', 'hsqs');
        put(
          'mk/boot/bios.img',
          hybrid ? readFileSync(join(isolinux, 'isolinux.bin')) : Buffer.alloc(2048, 1),
        );
        const start = hybrid ? ['-isohybrid-mbr', join(isolinux, 'isohdpfx.bin'), '-boot-info-table'] : [];
        const image = ['-i', at('esp.img')];
        rmSync(at('esp.img'), { force: true });
        execFileSync('mformat', [...image, '-C', '-T', '4096', '::']);
        execFileSync('mcopy', [
          ...image,
          '-s',
          ...readdirSync(at('esp')).map((name) => at('esp', name)),
          '::',
        ]);
        const iso = at('mk.iso');
        makeIso(at('mk'), iso, 'MK', [
          ...['-b', 'boot/bios.img', '-no-emul-boot', '-boot-load-size', '4'],
          ...['-partition_offset', '16', ...start],
          ...['-append_partition', '2', '0xef', at('esp.img'), '-appended_part_as_gpt', '-eltorito-alt-boot'],
          ...['-e', '--interval:appended_partition_2:all::', '-no-emul-boot'],
        ]);
        put('large', randomBytes(3_000_000));
        const inject = [{ from: at('large'), to: '/root/large' }];
        const before = await readIso(scope(), iso);
        const { paths } = await injectIntoIso(scope(), { iso, to: iso, inject, env: {} });
        expect(paths).toEqual([`/${initrd}`]);
        expect(await readIso(scope(), iso)).toEqual(before);
        expect(before.boots).toEqual({ bios: true, uefi: true });
        const [ours, theirs] = [`/${initrd}`, `(efi)/${initrd}`].map((path) => taken(iso, path));
        expect(await pathsIn((await ours) as string)).toContain('vivarium/inject/0/large');
        expect(await pathsIn((await theirs) as string)).toContain('vivarium/inject/0/large');
        expect(readFileSync(await taken(iso, '(efi)/EFI/BOOT/BOOTx64.EFI'), 'utf8')).toBe('systemd-boot');
      },
    );

    test('is at its place in an installer that stays in its initramfs', async () => {
      const root: CpioEntry[] = [
        file('init', '#!/bin/sh\n'),
        { kind: 'directory', path: 'usr', mode: 0o755 },
        { kind: 'directory', path: 'usr/bin', mode: 0o755 },
        { kind: 'symlink', path: 'bin', target: 'usr/bin' },
      ];
      await initrdWith('di/install.amd/initrd.gz', root);
      await initrdWith('di/install.amd/gtk/initrd.gz', root);
      put('di/boot/vmlinuz', '');
      const menus = ['/install.amd/initrd.gz', '/install.amd/gtk/initrd.gz'].map((path) => menu('---', path));
      put('di/boot/grub/grub.cfg', menus.join(''));
      const to = at('di-out.iso');
      const inject = [
        { from: at('tree/hello'), to: '/preseed.cfg' },
        { from: at('tree/run'), to: '/bin/run' },
      ];
      const { means, paths } = await injectIntoIso(scope(), { iso: bootable('di'), to, inject, env: {} });
      expect([means, paths]).toEqual(['initrd', ['/install.amd/initrd.gz', '/install.amd/gtk/initrd.gz']]);
      for (const path of paths) {
        const found = await pathsIn(await taken(to, path));
        expect(found.slice(-2)).toEqual(['preseed.cfg', 'usr/bin/run']);
      }
    });

    test('is refused where the initrd never leaves', async () => {
      await initrdWith('nix/boot/initrd', [file('init', '\u007fELF')]);
      put('nix/nix-store.squashfs', 'hsqs');
      put('nix/boot/vmlinuz', '');
      put('nix/boot/grub/grub.cfg', menu(''));
      const iso = bootable('nix');
      const before = readFileSync(iso);
      const injecting = injectIntoIso(scope(), { iso, to: iso, inject: [{ ...tree, to: '/t' }], env: {} });
      await expect(injecting).rejects.toMatchObject({ code: 'initrd-unfit' });
      expect(readFileSync(iso).equals(before)).toBe(true);
    });
  });

  describe('of another kind', () => {
    let iso: string;
    beforeAll(() => {
      put('other/readme', 'x'.repeat(400_000));
      iso = bootable('other');
    });

    test('is there as files of the medium', async () => {
      const to = at('other-out.iso');
      const request = { to, inject: [{ ...tree, to: '/a b/tree' }], env: { A: '1' } };
      for (const from of [iso, to]) {
        const { means } = await injectIntoIso(scope(), { iso: from, ...request });
        expect(means).toBe('files');
      }
      expect(readFileSync(await taken(to, '/a b/tree/hello'), 'utf8')).toBe('from the host\n');
      expect(readFileSync(await taken(to, `/a b/tree/${odd}`), 'utf8')).toBe('odd');
      expect(readFileSync(await taken(to, '/a b/tree/again'), 'utf8')).toBe('#!/bin/sh\n');
      expect(readFileSync(await taken(to, '/etc/profile.d/vivarium.sh'), 'utf8')).toBe('export A=1\n');
      await expect(taken(to, '/a b/tree/.git/config')).rejects.toMatchObject({ code: 'iso-unfit' });
      await expect(taken(to, '/a b/tree/link')).rejects.toMatchObject({ code: 'iso-unfit' });
      expect((await readIso(scope(), to)).boots).toEqual({ bios: true, uefi: true });
    });

    test('leaves nothing half made where it is interrupted, or may not write', async () => {
      const abort = new AbortController();
      const report = () => abort.abort();
      const request = { iso, to: iso, inject: [{ ...tree, to: '/t' }], env: {} };
      const before = readFileSync(iso);
      const names = readdirSync(work.path);
      const stopped = injectIntoIso(new Scope({ signal: abort.signal, report }), request);
      await expect(stopped).rejects.toMatchObject({ code: 'interrupted' });
      const missing = injectIntoIso(scope(), { ...request, to: at('none/x.iso') });
      await expect(missing).rejects.toMatchObject({ code: 'file-unwritable' });
      const unknown = injectIntoIso(scope(), { ...request, inject: [{ from: at('none'), to: '/t' }] });
      await expect(unknown).rejects.toMatchObject({ code: 'file-missing' });
      expect(readdirSync(work.path)).toEqual(names);
      expect(readFileSync(iso).equals(before)).toBe(true);
    });
  });
});
