import { type Image, readImage } from '../../src/image/store.ts';
import { localEngine, Scope } from '../../src/index.ts';
import { has } from './has.ts';
import type { TestHome } from './home.ts';
import { sharedHome } from './place.ts';
import { type Ready, startReady } from './ready.ts';

/** Whether this host can build the Debian image. */
export const canBuildDebian = ['mmdebstrap', 'mformat', 'sfdisk', 'mke2fs', 'unshare'].every(has);

/** How long a suite's first hook may take where the image has to be built first. */
export const debianPatience = 400_000;

/** The image `debian` of all suites: built by whoever asks first in a run, and there at once for the others. */
export async function debianImage(): Promise<Image<'disk'>> {
  const engine = localEngine({ ...process.env, VMDIR: sharedHome });
  await engine.image.build({ recipe: 'debian' }, new Scope({ timeout: debianPatience }));
  return readImage(sharedHome, 'debian') as Image<'disk'>;
}

/** The name of what is ready. */
export const box = 'box';

/** A Debian that has booted, into which disks can be plugged: by USB, and by SCSI. */
const plain: Ready = {
  name: box,
  image: 'debian',
  settings: { memory: '1G', cpus: 2 },
  template: '-device qemu-xhci -device virtio-scsi-pci',
  settle: async (home) => {
    await home.engine.machine.wait({ name: box, for: 'ssh' });
    await rest(home, box);
  },
};

/** Has `box` run in a home: a Debian that has booted. */
export async function startDebian(home: TestHome): Promise<void> {
  await debianImage();
  await startReady(home, plain);
}

/** Waits for the end of the boot. What is to be done at some time of the day is not to be done when days have gone by. */
export async function rest(home: TestHome, name: string): Promise<void> {
  await guestRuns(home, name, "systemctl is-system-running --wait; systemctl stop '*.timer'");
}

/** Runs a command in the guest as soon as its agent answers. @returns what it wrote to either output */
export async function guestRuns(home: TestHome, name: string, command: string): Promise<string> {
  await home.engine.machine.wait({ name, for: 'agent' });
  const shell = ['sh', '-c', `exec 2>&1; ${command}`];
  return (await home.engine.machine.exec({ name, command: shell }, new Scope({ timeout: 180_000 }))).stdout;
}
