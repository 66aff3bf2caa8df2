import { describe, expect, test } from 'vitest';
import { canBuildLive, debianLive, livePatience } from '../support/debian-live.ts';
import { bootTiny, guestSays, printed } from '../support/guest.ts';
import { testHome } from '../support/home.ts';
import { testProject } from '../support/project.ts';

describe.skipIf(!canBuildLive)('the live ISO of the built-in builder', () => {
  // By BIOS it is booted with something injected, in iso.test.ts.
  test(
    'boots by its own boot loader from UEFI to a login on the serial line',
    async () => {
      const iso = await debianLive();
      await using home = testHome();
      const name = 'live';
      await home.engine.machine.make({ name, iso, firmware: 'uefi', memory: '1G', cpus: 2, disk: 'none' });
      await printed(home, name, 'live login: ', 0, livePatience / 2);
      const terminal = await home.engine.machine.console({ name });
      await terminal.write(Buffer.from('user\n'));
      await printed(home, name, 'Password: ');
      await terminal.write(Buffer.from('live\n'));
      await printed(home, name, 'user@live:~$');
      terminal.close();
      expect(await guestSays(home, name, 'sudo id -u; findmnt -n -o FSTYPE /; ip -4 -brief address')).toMatch(
        /^0\noverlay\n[\s\S]*10\.0\.2\.15\/24/,
      );
    },
    livePatience,
  );
});

test('eject powers off what was started for the cartridge, and no other machine', async () => {
  await using home = testHome();
  const project = testProject(home);
  await Promise.all([bootTiny(home, 'ours'), bootTiny(home, 'other')]);
  await home.engine.machine.set({ name: 'ours', changes: [`cartridge=${project.directory}`] });
  const { items } = await home.engine.cartridge.eject({ directory: project.directory });
  expect(items).toEqual([{ what: 'machine', name: 'ours', done: 'stopped' }]);
  const states = (await home.engine.machine.list({})).map(({ name, state }) => `${name} ${state}`);
  expect(states.sort()).toEqual(['other running', 'ours stopped']);
});
