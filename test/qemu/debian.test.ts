import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canBuildDebian, debianPatience, guestRuns, startDebian } from '../support/debian.ts';
import { printed } from '../support/guest.ts';
import { type TestHome, testHome } from '../support/home.ts';

let home: TestHome;

const seed = {
  'meta-data': 'instance-id: first\n',
  'user-data': '#cloud-config\n',
  'vivarium.sh': `case $1 in
early)
  echo seeded >/etc/hostname
  hostname seeded
  systemctl is-active --quiet ssh || echo "$1" >>/root/seed
  echo 'early: nobody is in yet'
  ;;
late)
  ip -4 route get 10.0.2.2 >/dev/null && echo "$1" >>/root/seed
  echo 'late: online'
  false
  ;;
esac
`,
};

describe.skipIf(!canBuildDebian)('a Debian image', () => {
  /** Both ways to boot it, at once: directly with a seed and a share, and by its own boot loader with neither. */
  beforeAll(async () => {
    home = testHome();
    const shared = home.path('..', 'shared');
    const cd = home.path('..', 'cidata');
    for (const directory of [shared, cd]) mkdirSync(directory);
    writeFileSync(`${shared}/note`, 'from the host\n');
    for (const [file, text] of Object.entries(seed)) writeFileSync(`${cd}/${file}`, text);
    execFileSync('truncate', ['-s', '4M', `${cd}.raw`]);
    execFileSync('mke2fs', ['-q', '-t', 'ext4', '-L', 'cidata', '-d', cd, `${cd}.raw`]);
    const seeded = ['disks=[{file: drive.qcow2}, {file: ../../cidata.raw, format: raw, readonly: true}]'];
    await startDebian(home, 'direct', { share: [shared], cpus: 2, changes: seeded });
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

  test('has followed its seed, once before anybody could log in and once online', async () => {
    expect(await guestRuns(home, 'direct', 'cat /root/seed')).toBe('early\nlate\n');
    expect(await guestRuns(home, 'direct', 'hostname')).toBe('seeded\n');
    expect(await guestRuns(home, 'direct', 'cat /var/lib/vivarium/instance-id')).toBe('first\n');
    const said = await guestRuns(home, 'direct', 'journalctl -b -o cat -u "vivarium-*"');
    expect(said).toMatch(/early: nobody is in yet[\s\S]*late: online[\s\S]*failed \(late, exit code 1\)/);
  });

  test('mounts what the host shares', async () => {
    expect(await guestRuns(home, 'direct', 'cat /mnt/*/note')).toBe('from the host\n');
  });

  test('powers off by itself when it is stopped, and does not follow the same seed again', async () => {
    const { steps } = await home.engine.machine.stop({ name: 'direct' });
    expect(steps.map(({ step }) => step)).toEqual(['powerdown']);
    await home.engine.machine.start({ name: 'direct' });
    await printed(home, 'direct', /login:[\s\S]*seeded login:/);
    expect(await guestRuns(home, 'direct', 'systemctl is-system-running --wait')).toBe('running\n');
    expect(await guestRuns(home, 'direct', 'cat /root/seed')).toBe('early\nlate\n');
  });
});
