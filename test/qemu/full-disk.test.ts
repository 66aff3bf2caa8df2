import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { builtVm, type Ended, type TestHome, testHome } from '../support/home.ts';
import { canMount, type MountNamespace, mountNamespace } from '../support/mount-namespace.ts';

/** Megabytes of the file system that has the machines; what is kept of the guest's memory takes most of it. */
const room = 400;

describe.skipIf(!canMount)('where there is little room', () => {
  let home: TestHome;
  let mounts: MountNamespace;

  /** Runs the built `vm` where the machines and /dev/shm have small file systems of their own. */
  async function vm(...args: string[]): Promise<Ended> {
    const child = mounts.start(home.env, process.execPath, builtVm, ...args);
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout as Readable),
      text(child.stderr as Readable),
      once(child, 'close') as Promise<[number]>,
    ]);
    return { code, stdout, stderr };
  }

  const done = async (...args: string[]) => {
    const { code, stdout, stderr } = await vm(...args);
    expect(code, stderr).toBe(0);
    return stdout.trim();
  };

  /** Leaves this much of the machines' file system free, and of /dev/shm. */
  const leave = (megabytes: number, shared: number) =>
    mounts.sh(
      `cd "$1"; rm -f fill; free=$(($(stat -f -c '%a*%S/1024' .)))
       fallocate -l $((free - $2 * 1024))K fill 2>/dev/null || head -c $((free * 1024)) /dev/zero >fill 2>/dev/null || :
       mount -o remount,size=$3m /dev/shm`,
      home.vmdir,
      String(megabytes),
      String(shared),
    );

  const lies = () =>
    mounts.sh('cd "$1"; ls -A . .layers m m/snapshots', home.vmdir).replaceAll(/^fill\n/gm, '');
  const nonce = () => done('exec', 'm', '--', 'cat', '/tmp/nonce');

  beforeAll(async () => {
    home = testHome();
    mounts = await mountNamespace();
    mounts.sh(
      `images=$(readlink "$1/.images"); mount -t tmpfs -o size=$2m none "$1"; ln -s "$images" "$1/.images"
       mount -t tmpfs -o size=1m none /dev/shm`,
      home.vmdir,
      String(room),
    );
    await done('make', 'm', '--image', 'tiny', '--memory', '128M', '--disk', '16M', '--network', 'none');
    await done('start', 'm');
    await done('wait', 'm', '--for', 'agent');
    await done('exec', 'm', '--', 'sh', '-c', 'echo kept >/tmp/nonce');
    await done('snapshot', 'create', 'm', 's1');
  });
  afterAll(async () => {
    for (const name of ['f', 'm']) await vm('rm', '--force', name);
    mounts[Symbol.dispose]();
    await home[Symbol.asyncDispose]();
  });

  let before = '';
  beforeEach(() => {
    before = lies();
  });

  test.each([
    ['snapshot', 'create', 'm', 'new'],
    ['fork', 'm', 'f'],
    ['suspend', 'm'],
  ])('vm %s %s fails as that in the midst of the memory, and leaves the guest as it was', async (...args) => {
    leave(20, 1);
    const failed = await vm(...args);
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringMatching(/no (room|space)/i)]);
    expect(lies()).toBe(before);
    expect(await nonce()).toBe('kept');
  });

  test.each([
    ['snapshot', 'create', 'm', 'new'],
    ['fork', 'm', 'f'],
    ['fork', 'm@s1', 'f'],
    ['suspend', 'm'],
    ['restore', '--force', 'm@s1'],
  ])('vm %s %s %s fails as that where nothing is left at all', async (...args) => {
    leave(0, 300);
    const failed = await vm(...args);
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringMatching(/no (room|space)/i)]);
    leave(1, 1);
    expect(lies()).toBe(before);
    expect(await nonce()).toBe('kept');
  });

  test.each([
    ['too small', 'mount -o remount,size=1m /dev/shm'],
    ['not there', 'umount /dev/shm; mount -t proc none /dev/shm'],
  ])('a fork takes the disk where /dev/shm is %s', async (_, script) => {
    leave(250, 1);
    mounts.sh(script);
    await done('fork', 'm', 'f');
    expect(await done('exec', 'f', '--', 'cat', '/tmp/nonce')).toBe('kept');
    await done('rm', '--force', 'f');
    expect(lies()).not.toContain('.m.');
    expect(await nonce()).toBe('kept');
  });
});
