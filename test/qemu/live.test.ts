import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KernelFiles } from '../../src/boot/kernel-source.ts';
import type { Additions } from '../../src/boot/live/additions.ts';
import { writeLiveInitrd } from '../../src/boot/live/live-initrd.ts';
import { writeSegment } from '../../src/boot/live/segment.ts';
import { originalOf } from '../../src/boot/quick-files.ts';
import { quickKernel } from '../../src/boot/quick-kernel.ts';
import { kernelIn, readImage } from '../../src/image/store.ts';
import { isVivariumError, Scope } from '../../src/index.ts';
import { share } from '../../src/qemu/devices/share.ts';
import { canBuildDebian, debianImage, debianPatience } from '../support/debian.ts';
import { debianTree, treeKernel, treePatience } from '../support/debian-tree.ts';
import { eventually } from '../support/eventually.ts';
import { has } from '../support/has.ts';
import { type LiveGuest, startLive } from '../support/live-guest.ts';
import { sharedHome, testRoot } from '../support/place.ts';

let room: string;
beforeAll(() => {
  room = mkdtempSync(join(testRoot, 'live-'));
});
afterAll(() => rmSync(room, { recursive: true, force: true }));

const nothing: Additions = { inject: [], env: {} };
const command = (...words: string[]): Additions['job'] => ({ command: words, terminal: false });

describe.skipIf(!has('mmdebstrap') || !has('qemu-system-x86_64'))('a Debian tree as the root', () => {
  let tree: string;
  let files: KernelFiles;
  let kernel: string;
  beforeAll(async () => {
    tree = await debianTree();
    files = await treeKernel();
    kernel = (await quickKernel(new Scope(), join(sharedHome, 'cache'), originalOf(files.bzImage))).file;
  }, treePatience);

  const guest = async (root: string, additions: Additions, write = false): Promise<LiveGuest> => {
    const initrd = join(mkdtempSync(join(room, 'boot-')), 'initrd');
    const scope = new Scope();
    const { append } = await writeLiveInitrd(scope, {
      to: initrd,
      kernel: files,
      root: { kind: 'share', write },
      additions,
    });
    const shares = [
      ...share({ path: root, tag: 'vivarium.root', readonly: !write, ownership: 'host' }, 0),
      ...share({ path: files.modules, tag: 'vivarium.modules', readonly: true }, 1),
    ];
    return { kernel, initrd, append: [...append, 'vivarium.name=tree'], args: shares };
  };

  /** All that can be seen of a tree from outside; the time of the last change of anything of a file among it. */
  const fingerprint = (tree: string): string =>
    execFileSync('find', [tree, '-printf', '%p %y %l %m %U %G %s %T@ %C@\\n'], { maxBuffer: 2 ** 28 })
      .toString()
      .split('\n')
      .sort()
      .join('\n');

  test('runs a command with its streams, environment and what was injected, and the host keeps it as it was', async () => {
    const injected = join(room, 'injected');
    mkdirSync(join(injected, 'bin'), { recursive: true });
    writeFileSync(join(injected, "a name, it's one"), 'from the host\n');
    writeFileSync(join(injected, 'bin/greet'), '#!/bin/sh\necho "hello from $0"\n');
    chmodSync(join(injected, 'bin/greet'), 0o755);
    symlinkSync('greet', join(injected, 'bin/again'));
    writeFileSync(join(room, 'motd'), 'injected alone\n');
    const before = fingerprint(tree);
    const input = randomBytes(3_000_000);
    const script = [
      'id -u; hostname; pwd; echo "$GREETING"',
      '. /etc/profile.d/vivarium.sh; echo "$GREETING"',
      'greet; again; cat "/usr/a name, it\'s one"; cat /etc/motd; cat /etc/motd.d/motd; stat -c %a:%U /usr/bin/greet /tmp',
      'echo by its name >/dev/stdout; echo problem >/dev/stderr',
      'uname -r; ls /lib/modules/$(uname -r)/kernel/fs/9p; ls /mnt',
      'read -r name address _ </etc/resolv.conf; echo $name $address',
      'rm -rf /usr/share/doc; rm /bin/dd; echo x >>/etc/passwd; chmod 700 /usr; chown 7 /etc',
      'echo begin; cat',
      '(sleep 1000 & exec sleep 1000) & exit 7',
    ].join('\n');
    const { end } = await startLive(
      room,
      await guest(tree, {
        inject: [
          { from: injected, to: '/usr' },
          { from: join(room, 'motd'), to: '/etc' },
          { from: join(room, 'motd'), to: '/etc/motd.d/motd' },
        ],
        env: { GREETING: "it's a $world, 'isn't it\nyes" },
        job: { ...command('bash', '-c', script), directory: '/usr/lib' } as Additions['job'],
      }),
      input,
    );
    const { code, stdout, stderr, console } = await end;
    expect(code, console + stdout.toString('latin1', 0, 2000) + stderr).toBe(7);
    const start = stdout.indexOf('begin\n');
    expect(stdout.toString('utf8', 0, start).split('\n')).toEqual([
      ...['0', 'tree', '/usr/lib', "it's a $world, 'isn't it", 'yes', "it's a $world, 'isn't it", 'yes'],
      ...['hello from /usr/bin/greet', 'hello from /usr/bin/again', 'from the host'],
      ...['injected alone', 'injected alone', '755:root', '1777:root', 'by its name'],
      ...[files.release, '9p.ko', 'nameserver 10.0.2.3', ''],
    ]);
    expect(stderr.toString()).toBe('problem\n');
    expect(stdout.subarray(start + 6).equals(input)).toBe(true);
    expect(fingerprint(tree)).toBe(before);
  });

  test('has a root shell at the console, with a terminal of its own', async () => {
    const { console, type, end } = await startLive(
      room,
      {
        ...(await guest(tree, { ...nothing, env: { GREETING: 'hi' }, job: { terminal: true } })),
      },
      'console',
    );
    const prompted = (times: number) =>
      eventually(
        () => console().split('root@tree:~#').length > times,
        () => `prompt ${times}: ${console()}`,
      );
    await prompted(1);
    type('tty; echo $GREETING-$0-$TERM; cat\n');
    await eventually(() => console().includes('hi-/usr/bin/bash-linux'), console);
    type('twice\n');
    await eventually(() => console().includes('twice\r\ntwice\r\n'), console);
    type('\x03');
    await prompted(2);
    type('kill -9 $$\n');
    const { code } = await end;
    expect(console()).toContain('/dev/ttyS0\r\n');
    expect(code, console()).toBe(137);
  });

  test('is written to where that was asked for, and a press of the power button ends the command', async () => {
    const copy = join(room, 'copy');
    cpSync(tree, copy, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    writeFileSync(join(copy, 'etc/resolv.conf'), "the host's own\n");
    const script = [
      "trap 'echo asked >/root/end; exit 9' TERM",
      'echo written >/root/file; chown 12:34 /root/file; chmod 4755 /root/file',
      'cat /etc/resolv.conf; touch /tmp/no /run/no; echo pressing >/dev/console',
      'while :; do sleep 0.1; done',
    ].join('\n');
    const { end, console, powerOff } = await startLive(
      room,
      await guest(copy, { ...nothing, env: { A: 'b' }, job: command('sh', '-c', script) }, true),
    );
    await eventually(() => console().includes('pressing'), console);
    await powerOff();
    const { code, stdout } = await end;
    expect(stdout.toString()).toBe('nameserver 10.0.2.3\n');
    expect(code).toBe(9);
    expect(readFileSync(join(copy, 'root/file'), 'utf8')).toBe('written\n');
    expect(statSync(join(copy, 'root/file'))).toMatchObject({ mode: 0o104755, uid: 12, gid: 34 });
    expect(readFileSync(join(copy, 'root/end'), 'utf8')).toBe('asked\n');
    const made = execFileSync('find', [copy, '-newer', join(copy, 'etc/resolv.conf'), '-type', 'f']);
    expect(made.toString().trim().split('\n').sort()).toEqual([
      join(copy, 'root/end'),
      join(copy, 'root/file'),
    ]);
  });

  test('a program that is not there is told of as by a shell', async () => {
    const { end } = await startLive(room, await guest(tree, { ...nothing, job: command('no-such-program') }));
    const { code, stderr } = await end;
    expect(stderr.toString()).toBe('vivarium: no-such-program: not found\n');
    expect(code).toBe(127);
  });

  test.skipIf(!has('mksquashfs') || !has('xorriso'))('is found on a CD as a file', async () => {
    const [content, iso] = [join(room, 'medium'), join(room, 'medium.iso')];
    mkdirSync(join(content, 'live'), { recursive: true });
    const packed = ['-quiet', '-no-progress', '-comp', 'zstd', '-Xcompression-level', '1'];
    execFileSync('mksquashfs', [tree, join(content, 'live/file system.squashfs'), ...packed]);
    execFileSync('xorriso', ['-as', 'mkisofs', '-quiet', '-R', '-o', iso, content], { stdio: 'ignore' });
    const script =
      'cat /etc/motd; ls "$(dirname /run/live/medium/live/x)"; echo x >/etc/new && cat /etc/new; exit 6';
    writeFileSync(join(room, 'motd'), 'injected alone\n');
    const initrd = join(room, 'medium.initrd');
    const { append } = await writeLiveInitrd(new Scope(), {
      to: initrd,
      kernel: files,
      root: { kind: 'medium', path: 'live/file system.squashfs', format: 'squashfs' },
      additions: {
        inject: [{ from: join(room, 'motd'), to: '/etc/motd' }],
        env: {},
        job: command('sh', '-c', script),
      },
    });
    const { end } = await startLive(room, { kernel, initrd, append, args: ['-cdrom', iso] });
    const { code, stdout, console } = await end;
    expect(stdout.toString(), console).toBe('injected alone\nfile system.squashfs\nx\n');
    expect(code).toBe(6);
  });

  test('a kernel without 9p is refused before anything is started', async () => {
    const modules = join(room, 'modules');
    mkdirSync(join(modules, 'kernel'), { recursive: true });
    const failed = writeLiveInitrd(new Scope(), {
      to: join(room, 'never'),
      kernel: { release: '6.1.0-cloud', modules },
      root: { kind: 'share' },
      additions: nothing,
    });
    await expect(failed).rejects.toSatisfy(
      (error) => isVivariumError(error, 'kernel-unfit') && error.details.lacks.includes('9p'),
    );
  });
});

/** A segment behind a base, as one file. */
async function joined(base: string, root: 'initramfs' | 'elsewhere', additions: Additions) {
  const place = mkdtempSync(join(room, 'joined-'));
  const [initrd, segment] = [join(place, 'initrd'), join(place, 'segment')];
  const { append } = await writeSegment(new Scope(), { to: segment, base, root, additions });
  cpSync(base, initrd);
  appendFileSync(initrd, Buffer.alloc(-statSync(initrd).size & 3));
  appendFileSync(initrd, readFileSync(segment));
  return { initrd, append };
}

describe.skipIf(!has('qemu-system-x86_64'))("somebody else's initramfs", () => {
  test('takes a command, and what is injected, where its own links lead', async () => {
    const { kernel, initrd } = kernelIn(readImage(sharedHome, 'tiny')) as { kernel: string; initrd: string };
    const data = join(room, 'data');
    mkdirSync(join(data, 'sub'), { recursive: true });
    writeFileSync(join(data, 'sub/file'), randomBytes(100_000));
    const digest = createHash('sha256')
      .update(readFileSync(join(data, 'sub/file')))
      .digest('hex');
    writeFileSync(join(room, 'motd'), 'injected alone\n');
    const script = 'sha256sum /data/here/sub/file /linuxrc.d/hosts; cat /etc/hosts; echo $A; exit 3';
    const guest = await joined(initrd, 'initramfs', {
      inject: [
        { from: data, to: '/data/here' },
        { from: join(data, 'sub/file'), to: '/linuxrc.d/hosts' },
        { from: join(room, 'motd'), to: '/etc/hosts' },
      ],
      env: { A: 'b c' },
      job: command('sh', '-c', script),
    });
    const { end } = await startLive(room, { kernel, memory: '256M', ...guest });
    const { code, stdout, console } = await end;
    expect(stdout.toString(), console).toBe(
      `${digest}  /data/here/sub/file\n${digest}  /linuxrc.d/hosts\ninjected alone\nb c\n`,
    );
    expect(code).toBe(3);
  });

  test.skipIf(!canBuildDebian)(
    'takes them along to the root that it switches to',
    { timeout: debianPatience },
    async () => {
      const image = await debianImage();
      const found = kernelIn(image);
      if (!found) throw new Error('the image debian has no kernel');
      writeFileSync(join(room, 'motd'), 'injected alone\n');
      const guest = await joined(found.initrd, 'elsewhere', {
        inject: [{ from: join(room, 'motd'), to: '/etc/motd' }],
        env: { A: 'b c' },
        job: command(
          'sh',
          '-c',
          'cat /etc/motd /etc/profile.d/vivarium.sh; cat; echo $A; cat /proc/1/comm; exit 4',
        ),
      });
      const disk = `file=${join(image.directory, image.files.disk.file)},format=raw,if=virtio,snapshot=on`;
      const { end } = await startLive(
        room,
        {
          kernel: found.kernel,
          initrd: guest.initrd,
          append: [found.append, ...guest.append],
          args: ['-drive', disk],
        },
        Buffer.from('what is read\n'),
      );
      const { code, stdout, console } = await end;
      expect(stdout.toString(), console).toBe("injected alone\nexport A='b c'\nwhat is read\nb c\nbusybox\n");
      expect(code).toBe(4);
    },
  );
});
