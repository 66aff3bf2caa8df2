import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canBuildDebian, debianPatience, guestRuns, startDebian } from '../support/debian.ts';
import { printed } from '../support/guest.ts';
import { type TestHome, testHome } from '../support/home.ts';

let home: TestHome;

/** What it is told at its first boot; the last command fails. */
const seed = {
  hostname: 'seeded',
  user: 'me',
  run: ['ip -4 route get 10.0.2.2 >/dev/null && echo online >>/root/seed', 'echo of the seed', 'exit 3'],
};

describe.skipIf(!canBuildDebian)('a Debian image', () => {
  /** Both ways to boot it, at once: directly with settings and a share, and by its own boot loader with neither. */
  beforeAll(async () => {
    home = testHome();
    const shared = home.path('..', 'shared');
    mkdirSync(shared);
    writeFileSync(`${shared}/note`, 'from the host\n');
    await startDebian(home, 'direct', { share: [shared], cpus: 2, ...seed });
    await startDebian(home, 'loader', { firmware: 'uefi', cpus: 2 });
    await Promise.all(['direct', 'loader'].map((name) => printed(home, name, 'login:')));
    for (const name of ['direct', 'loader']) {
      expect(await guestRuns(home, name, 'systemctl is-system-running --wait')).toBe('running\n');
    }
  }, debianPatience);

  afterAll(async () => await home?.[Symbol.asyncDispose]());

  describe.each(['direct', 'loader'])('booted by %s', (name) => {
    test('has no failed unit, an address, and the network’s name server', async () => {
      expect(await guestRuns(home, name, 'systemctl --failed --no-legend')).toBe('');
      expect(await guestRuns(home, name, 'ip -4 -brief address')).toContain('10.0.2.15/24');
      expect(await guestRuns(home, name, 'resolvectl dns')).toContain('10.0.2.3');
    });

    test('has grown onto the whole disk', async () => {
      const blocks = Number(await guestRuns(home, name, 'stat -f -c %b /'));
      expect(blocks * 4096).toBeGreaterThan(9 * 2 ** 30);
    });

    test('lets nobody in by ssh without a key or a password, and has one host key of its own', async () => {
      const settings = await guestRuns(home, name, 'sshd -T; ls /etc/ssh/*_key');
      expect(settings).toContain('permitemptypasswords no');
      expect(settings.match(/ssh_host_\w+_key$/gm)).toEqual(['ssh_host_ed25519_key', 'ssh_host_ed25519_key']);
    });

    test('has a machine id and keeps what it is told', async () => {
      expect(await guestRuns(home, name, 'cat /etc/machine-id')).toMatch(/^[0-9a-f]{32}\n$/);
    });
  });

  test('booted by its loader, it finds the loader’s partition and the entry of its kernel', async () => {
    const entries = await guestRuns(home, 'loader', 'ls /efi/loader/entries; uname -r');
    const [entry, release] = entries.trim().split('\n');
    expect(entry).toBe(`debian-${release}.conf`);
    expect(await guestRuns(home, 'loader', 'ls /sys/firmware/efi')).toContain('efivars');
  });

  test('two machines of one image are two: their ids and host keys differ', async () => {
    const identity = (name: string) => guestRuns(home, name, 'cat /etc/machine-id /etc/ssh/*.pub');
    expect(await identity('direct')).not.toBe(await identity('loader'));
  });

  test('is what it was told to be: early before anybody can log in, late when it is online', async () => {
    expect(await guestRuns(home, 'direct', 'hostname; id -un me; cat /root/seed')).toBe(
      'seeded\nme\nonline\n',
    );
    expect(await guestRuns(home, 'direct', 'cat /var/lib/vivarium/instance-id')).toMatch(/^vivarium-\w+\n$/);
    expect(await guestRuns(home, 'direct', 'sudo -n -u me sudo -n id -u')).toBe('0\n');
    const key = readFileSync(home.path('direct', 'ssh/id_ed25519.pub'), 'utf8');
    expect(await guestRuns(home, 'direct', 'cat /home/me/.ssh/authorized_keys')).toBe(key);
    const said = await guestRuns(home, 'direct', 'journalctl -b -o cat -u "vivarium-*"');
    expect(said).toMatch(/of the seed[\s\S]*failed \(late, exit code 3\)/);
  });

  test('mounts what the host shares', async () => {
    expect(await guestRuns(home, 'direct', 'cat /mnt/*/note')).toBe('from the host\n');
  });

  test('powers off by itself when it is stopped, and is not told the same again', async () => {
    const { steps } = await home.engine.machine.stop({ name: 'direct' });
    expect(steps.map(({ step }) => step)).toEqual(['powerdown']);
    await home.engine.machine.start({ name: 'direct' });
    await printed(home, 'direct', /login:[\s\S]*seeded login:/);
    expect(await guestRuns(home, 'direct', 'systemctl is-system-running --wait')).toBe('running\n');
    expect(await guestRuns(home, 'direct', 'cat /root/seed')).toBe('online\n');
  });
});
