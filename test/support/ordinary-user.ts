import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtVm, type TestHome } from './home.ts';

/** Whether tests can become an ordinary user: only root can become another. */
export const canBecomeUser = process.getuid?.() === 0 || Boolean(process.env.VIVARIUM_REQUIRE);

const id = 4242;

/** What belongs to the ordinary user; `vms` in it is VMDIR. */
export const ordinaryRoom = (home: TestHome): string => home.path('..', 'user');

/**
 * The command line of `vm` as a user who is nobody else's: with subordinate ids, but in a mount namespace of the
 * test's own, so that the host's lists of users stay as they are. It has a directory of `home` for its own, with VMDIR, and sees this package
 * there, as the directory of the checkout may be closed to it. The process that is started becomes `vm` itself.
 */
export function asOrdinaryUser(home: TestHome, ...args: string[]): [string, string[]] {
  const room = ordinaryRoom(home);
  const at = (name: string) => join(room, name);
  mkdirSync(at('package'), { recursive: true });
  for (const directory of [home.path('..'), room]) chmodSync(directory, 0o755);
  chownSync(room, id, id);
  const files = {
    passwd: `root:x:0:0::/root:/bin/sh\nvivarium-test:x:${id}:${id}::${room}:/bin/sh\n`,
    group: `root:x:0:\nvivarium-test:x:${id}:\n`,
    subuid: 'vivarium-test:1000000:65536\n',
    subgid: 'vivarium-test:1000000:65536\n',
  };
  // Once: another that runs already reads them, and its node cannot be written.
  if (!existsSync(at('node'))) {
    for (const [file, text] of Object.entries(files)) writeFileSync(at(file), text);
    copyFileSync(process.execPath, at('node'));
  }
  const script = `
for file in passwd group subuid subgid; do mount --bind "$1/$file" "/etc/$file"; done
mount --bind "$2" "$1/package"
export HOME=$1 VMDIR=$1/vms
room=$1
shift 2
exec setpriv --reuid ${id} --regid ${id} --clear-groups "$room/node" "$room/package/dist/vm.js" "$@"`;
  return ['unshare', ['--mount', 'sh', '-ec', script, 'sh', room, join(builtVm, '../..'), ...args]];
}
