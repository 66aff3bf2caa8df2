import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Scope } from '../../src/index.ts';
import { openHome } from '../../src/machine/home.ts';
import { findMachine } from '../../src/machine/machine.ts';
import { releaseShares, takeShares } from '../../src/machine/shares.ts';
import { canBuildDebian, debianImage, debianPatience, guestRuns, rest } from '../support/debian.ts';
import { printed } from '../support/guest.ts';
import { type TestHome, testHome } from '../support/home.ts';
import { sharedHome } from '../support/place.ts';
import { type Ready, startReady } from '../support/ready.ts';

let home: TestHome;

const name = 'seeded';
const shared = join(sharedHome, 'shared');

/** What it is told at its first boot; the last command fails. */
const seed = {
  hostname: 'seeded',
  user: 'me',
  run: ['ip -4 route get 10.0.2.2 >/dev/null && echo online >>/root/seed', 'echo of the seed', 'exit 3'],
};

/** Booted directly. */
const seeded: Ready = {
  name,
  image: 'debian',
  settings: { memory: '512M', share: [shared], cpus: 2, ...seed },
  settle: async (home) => {
    await printed(home, name, 'login:');
    await rest(home, name);
  },
};

/** One machine: booted directly with a seed and a share, and then by its own boot loader. */
describe.skipIf(!canBuildDebian)('a machine of the Debian image', () => {
  const run = (command: string) => guestRuns(home, name, command);

  /** What must hold however it was booted, as soon as it has a prompt. */
  const isWell = async () => {
    expect(await run('systemctl is-system-running --wait')).toBe('running\n');
    expect(await run('systemctl --failed --no-legend')).toBe('');
    expect(await run('ip -4 -brief address')).toContain('10.0.2.15/24');
    expect(await run('resolvectl dns')).toContain('10.0.2.3');
    expect(await run('hostname; cat /mnt/*/note')).toBe('seeded\nfrom the host\n');
  };

  beforeAll(async () => {
    home = testHome();
    mkdirSync(shared, { recursive: true });
    writeFileSync(join(shared, 'note'), 'from the host\n');
    await debianImage();
    await startReady(home, seeded);
  }, debianPatience);

  afterAll(async () => await home?.[Symbol.asyncDispose]());

  test('has booted directly, with network, name, share, and no unit that failed', async () => await isWell());

  test('has grown onto the whole disk', async () => {
    expect(Number(await run('stat -f -c %b /')) * 4096).toBeGreaterThan(9 * 2 ** 30);
  });

  test('lets nobody in by ssh without a key or a password, and has one host key, its own', async () => {
    const settings = await run('sshd -T; ls /etc/ssh/*_key');
    expect(settings).toContain('permitemptypasswords no');
    expect(settings).toContain('permitrootlogin without-password');
    expect(settings.match(/^\/etc\/ssh\/.*_key$/gm)).toEqual(['/etc/ssh/ssh_host_ed25519_key']);
    expect(await run('cat /etc/machine-id')).toMatch(/^[0-9a-f]{32}\n$/);
  });

  test('is what it was told to be: early before anybody can log in, late when it is online', async () => {
    expect(await run('id -un me; cat /root/seed')).toBe('me\nonline\n');
    expect(await run('cat /var/lib/vivarium/instance-id')).toMatch(/^vivarium-\w+\n$/);
    expect(await run('sudo -n -u me sudo -n id -u')).toBe('0\n');
    const key = readFileSync(home.path(name, 'ssh/id_ed25519.pub'), 'utf8');
    expect(await run('cat /home/me/.ssh/authorized_keys')).toBe(key);
    const said = await run('journalctl -b -o cat -u "vivarium-*"');
    expect(said).toMatch(/of the seed[\s\S]*failed \(late, exit code 3\)/);
  });

  test('lets its share go, and mounts it as it was', async () => {
    const machine = findMachine(openHome(home.env), name);
    const place = '"/mnt/a place"';
    await run(`mkdir ${place} && umount /mnt/shared && mount -t 9p shared ${place}`);
    expect(await releaseShares(new Scope(), machine)).toBe(true);
    expect(await run('grep -c " 9p " /proc/mounts')).toBe('0\n');
    await takeShares(new Scope(), machine);
    expect(await run(`cat ${place}/note`)).toBe('from the host\n');
  });

  test(
    'powers off by itself, and boots by UEFI without following the same seed again',
    async () => {
      const { steps } = await home.engine.machine.stop({ name });
      expect(steps.map(({ step }) => step)).toEqual(['powerdown']);
      await home.engine.machine.set({ name, changes: ['firmware=uefi'] });
      await home.engine.machine.start({ name });
      await printed(home, name, 'seeded login:', 0, debianPatience / 2);
      await isWell();
      expect(await run('ls /sys/firmware/efi')).toContain('efivars');
      expect(await run('cat /root/seed')).toBe('online\n');
    },
    debianPatience,
  );

  test('finds the entry of its kernel where later kernels will be put', async () => {
    const release = (await run('uname -r')).trim();
    expect(await run('ls /efi/loader/entries')).toBe(`debian-${release}.conf\n`);
    expect(await run('SYSTEMD_LOG_LEVEL=err bootctl is-installed; cat /etc/kernel/cmdline')).toMatch(
      /^(yes\n)?root=UUID=/,
    );
  });
});
