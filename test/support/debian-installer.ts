import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryName } from '../../src/host/atomic-file.ts';
import { lock } from '../../src/host/lock.ts';
import { runTool } from '../../src/host/run-tool.ts';
import { Scope } from '../../src/index.ts';
import { sharedHome } from './place.ts';

/** How long a suite's first hook may take where the package has to be downloaded first. */
export const installerPatience = 300_000;

const packageName = 'debian-installer-12-netboot-amd64';
const below = 'usr/lib/debian-installer/images/12/amd64/text/debian-installer/amd64';

/** The kernel and the initrd by which Debian is installed over the network, from Debian's package of them. */
export async function debianInstaller(): Promise<{ kernel: string; initrd: string }> {
  const place = join(sharedHome, 'installer');
  const files = { kernel: join(place, below, 'linux'), initrd: join(place, below, 'initrd.gz') };
  mkdirSync(sharedHome, { recursive: true });
  using _held = await lock(sharedHome, { wait: installerPatience });
  if (existsSync(place)) return files;
  const draft = temporaryName(place);
  const scope = new Scope({ timeout: installerPatience });
  const doing = "Unpacking Debian's installer";
  try {
    mkdirSync(draft);
    await runTool(scope, 'apt-get', ['download', '--quiet', packageName], { doing, cwd: draft });
    const [file = ''] = readdirSync(draft);
    await runTool(scope, 'sh', ['-c', `dpkg-deb --fsys-tarfile "$1" | tar -x "./${below}"`, 'sh', file], {
      doing,
      cwd: draft,
    });
    rmSync(join(draft, file));
    renameSync(draft, place);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return files;
}
