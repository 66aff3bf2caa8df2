import { type Image, readImage } from '../../src/image/store.ts';
import { localEngine, Scope } from '../../src/index.ts';
import { has } from './has.ts';
import type { TestHome } from './home.ts';
import { sharedHome } from './place.ts';

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

/** Makes a machine of the Debian image and starts it. */
export async function startDebian(
  home: TestHome,
  name: string,
  more: Record<string, unknown> = {},
): Promise<void> {
  await debianImage();
  await home.engine.machine.make({ name, image: 'debian', memory: '512M', ...more });
  await home.engine.machine.start({ name });
}

/** Runs a command in the guest as soon as its agent answers. @returns what it wrote to either output */
export async function guestRuns(home: TestHome, name: string, command: string): Promise<string> {
  await home.engine.machine.wait({ name, for: 'agent' });
  const shell = ['sh', '-c', `exec 2>&1; ${command}`];
  return (await home.engine.machine.exec({ name, command: shell }, new Scope({ timeout: 180_000 }))).stdout;
}
