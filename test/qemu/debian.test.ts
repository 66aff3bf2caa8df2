import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Scope } from '../../src/index.ts';
import { openHome } from '../../src/machine/home.ts';
import { findMachine } from '../../src/machine/machine.ts';
import { releaseShares, takeShares } from '../../src/machine/shares.ts';
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

/** One machine: booted directly with a seed and a share, and then by its own boot loader. */
describe.skipIf(!canBuildDebian)('a machine of the Debian image', () => {
  const run = (command: string) => guestRuns(home, 'box', command);

  /** What must hold however it was booted, as soon as it has a prompt. */
  const isWell = async () => {
    await printed(home, 'box', from === 0 ? 'login:' : 'seeded login:', from);
    expect(await run('systemctl is-system-running --wait')).toBe('running\n');
    expect(await run('systemctl --failed --no-legend')).toBe('');
    expect(await run('ip -4 -brief address')).toContain('10.0.2.15/24');
    expect(await run('resolvectl dns')).toContain('10.0.2.3');
    expect(await run('hostname; cat /mnt/*/note')).toBe('seeded\nfrom the host\n');
  };

  /** Where in the log the present boot begins. */
  let from = 0;

  beforeAll(async () => {
    home = testHome();
    const shared = home.path('..', 'shared');
    mkdirSync(shared);
    writeFileSync(`${shared}/note`, 'from the host\n');
    await startDebian(home, 'box', { share: [shared], cpus: 2, ...seed });
  }, debianPatience);

  afterAll(async () => await home?.[Symbol.asyncDispose]());

  test('boots directly, with network, name, share, and no unit that failed', async () => await isWell());

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
    const key = readFileSync(home.path('box', 'ssh/id_ed25519.pub'), 'utf8');
    expect(await run('cat /home/me/.ssh/authorized_keys')).toBe(key);
    const said = await run('journalctl -b -o cat -u "vivarium-*"');
    expect(said).toMatch(/of the seed[\s\S]*failed \(late, exit code 3\)/);
  });

  test('lets its share go, and mounts it as it was', async () => {
    const machine = findMachine(openHome(home.env), 'box');
    const place = '"/mnt/a place"';
    await run(`mkdir ${place} && umount /mnt/shared && mount -t 9p shared ${place}`);
    expect(await releaseShares(new Scope(), machine)).toBe(true);
    expect(await run('grep -c " 9p " /proc/mounts')).toBe('0\n');
    await takeShares(new Scope(), machine);
    expect(await run(`cat ${place}/note`)).toBe('from the host\n');
  });

  test('powers off by itself, and boots by UEFI without following the same seed again', async () => {
    const { steps } = await home.engine.machine.stop({ name: 'box' });
    expect(steps.map(({ step }) => step)).toEqual(['powerdown']);
    from = (await printed(home, 'box', 'login:')).length;
    await home.engine.machine.set({ name: 'box', changes: ['firmware=uefi'] });
    await home.engine.machine.start({ name: 'box' });
    await isWell();
    expect(await run('ls /sys/firmware/efi')).toContain('efivars');
    expect(await run('cat /root/seed')).toBe('online\n');
  });

  test('finds the entry of its kernel where later kernels will be put', async () => {
    const release = (await run('uname -r')).trim();
    expect(await run('ls /efi/loader/entries')).toBe(`debian-${release}.conf\n`);
    expect(await run('SYSTEMD_LOG_LEVEL=err bootctl is-installed; cat /etc/kernel/cmdline')).toMatch(
      /^(yes\n)?root=UUID=/,
    );
  });
});
