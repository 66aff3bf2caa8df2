import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isVivariumError, Scope } from '../../src/index.ts';
import { eventually } from '../support/eventually.ts';
import { guestSays, printed } from '../support/guest.ts';
import { type TestHome, testHome } from '../support/home.ts';
import { freePort } from '../support/ports.ts';

let home: TestHome;
let port: number;

/** One guest with all that the tiny guest can have, shared by the tests below. */
beforeAll(async () => {
  home = testHome();
  port = await freePort();
  mkdirSync(home.path('..', 'shared'));
  writeFileSync(home.path('..', 'shared', 'note'), 'from the host\n');
  await home.engine.machine.make({
    name: 'hello',
    image: 'tiny',
    memory: '256M',
    forward: [`${port}:7`],
    share: [home.path('..', 'shared')],
  });
  execFileSync('truncate', ['-s', '64M', home.path('hello', 'data.raw')]);
  execFileSync('mke2fs', ['-q', '-t', 'ext4', home.path('hello', 'data.raw')]);
  await home.engine.machine.set({ name: 'hello', changes: ['disks=[{file: data.raw, format: raw}]'] });
  await home.engine.machine.start({ name: 'hello' });
  await printed(home, 'hello', 'root@hello:~#');
});

afterAll(async () => await home[Symbol.asyncDispose]());

describe('the tiny guest', () => {
  test('is a 64-bit Linux with the name of its machine', async () => {
    expect(await guestSays(home, 'hello', 'uname -smn')).toContain('Linux hello x86_64');
  });

  test('has the memory and CPUs that machine.yaml says', async () => {
    const kilobytes = Number(await guestSays(home, 'hello', "awk '/MemTotal/ {print $2}' /proc/meminfo"));
    expect(kilobytes).toBeGreaterThan(180_000);
    expect(kilobytes).toBeLessThan(262_144);
    expect(await guestSays(home, 'hello', 'nproc')).toContain('1');
  });

  test('gets an address by DHCP and is reached through a forwarded port', async () => {
    await eventually(
      async () => (await guestSays(home, 'hello', 'ip addr')).includes('10.0.2.15'),
      'an address',
    );
    await guestSays(
      home,
      'hello',
      "(echo 'hello from inside' | nc -l -p 7) >/dev/null 2>&1 & " +
        "until grep -qs ':0007 .* 0A ' /proc/net/tcp /proc/net/tcp6; do sleep 0.1; done", // it listens
    );
    const socket = connect(port, '127.0.0.1');
    let text = '';
    for await (const chunk of socket) {
      text += chunk;
      if (text.includes('\n')) break;
    }
    expect(text).toBe('hello from inside\n');
  });

  test('mounts a formatted disk on /data and writes to it', async () => {
    expect(await guestSays(home, 'hello', 'grep /data /proc/mounts')).toContain('/dev/vda /data ext4');
    expect(await guestSays(home, 'hello', 'echo kept > /data/file && cat /data/file')).toContain('kept');
  });

  test('mounts a share of the host', async () => {
    const shared = await guestSays(
      home,
      'hello',
      'cat /mnt/*/note; echo from the guest > /mnt/shared/answer',
    );
    expect(shared).toContain('from the host');
    expect(readFileSync(home.path('..', 'shared', 'answer'), 'utf8')).toBe('from the guest\n');
  });

  test('keeps of what a command says no more than it can tell, and hears the next one', async () => {
    await home.engine.machine.wait({ name: 'hello', for: 'agent' });
    const run = (...command: string[]) => home.engine.machine.exec({ name: 'hello', command });
    const { stdout, stderr, code } = await run('dd', 'if=/dev/zero', 'bs=1048576', 'count=40');
    expect([stdout.length, code]).toEqual([16 * 2 ** 20, 1]);
    expect(stderr).toContain('No space left on device');
    const endless = ['sh', '-c', 'echo on; sleep 1234 | cat'];
    const scope = new Scope({ timeout: 1500 });
    const killed = home.engine.machine.exec({ name: 'hello', command: endless }, scope);
    await expect(killed).rejects.toMatchObject({ code: 'timeout' });
    expect(await run('echo', 'hi')).toEqual({ stdout: 'hi\n', stderr: '', code: 0 });
    expect((await run('sh', '-c', 'ps | grep "sleep 123[4]"')).stdout).toBe('');
    expect((await run('ls', '/run/agent/out')).stdout).toMatch(/^(new|\d+)\n$/); // its own
  });

  test('powers off at the ACPI button, says so, and has its disk clean', async () => {
    const { steps } = await home.engine.machine.stop({ name: 'hello' });
    expect(steps.map(({ step }) => step)).toEqual(['powerdown']);
    const log = await printed(home, 'hello', 'vivarium: powered off');
    expect(log).toContain('vivarium: power button');
    const superblock = await readChunk(home.path('hello', 'data.raw'), 1024 + 58, 2);
    expect(superblock.readUInt16LE(0)).toBe(1); // s_state: cleanly unmounted
    expect(existsSync(home.path('hello', 'supervise', 'life'))).toBe(false);
  });

  test('finds what it kept on its disk at the next start', async () => {
    await home.engine.machine.start({ name: 'hello' });
    await printed(home, 'hello', /vivarium: powered off[\s\S]*root@hello:~#/);
    expect(await guestSays(home, 'hello', 'cat /data/file')).toContain('kept');
  });
});

test('an image that a machine uses is not removed, and says by whom', async () => {
  await using other = testHome();
  await other.engine.machine.make({ name: 'user', image: 'tiny' });
  const error = await other.engine.image.remove({ name: 'tiny' }).catch((error: unknown) => error);
  expect(isVivariumError(error, 'image-in-use') && error.details.by).toEqual(['user']);
});

async function readChunk(file: string, start: number, length: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(file, { start, end: start + length - 1 })) chunks.push(chunk);
  return Buffer.concat(chunks);
}
