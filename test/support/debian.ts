import { createInterface } from 'node:readline';
import { connectUnix } from '../../src/host/unix-socket.ts';
import { type Image, readImage } from '../../src/image/store.ts';
import { localEngine, Scope } from '../../src/index.ts';
import { eventually } from './eventually.ts';
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

/** Runs a command in the guest, by its agent, as soon as that answers. @returns what it wrote to either output */
export async function guestRuns(home: TestHome, name: string, command: string): Promise<string> {
  const socket = await connectUnix(home.path(name, 'supervise/agent'));
  try {
    const lines = createInterface(socket)[Symbol.asyncIterator]();
    const ask = async (execute: string, args: object): Promise<Record<string, unknown>> => {
      socket.write(`${JSON.stringify({ execute, arguments: args })}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`the agent of ${name} has hung up`);
      const { return: result, error } = JSON.parse(value);
      if (error) throw new Error(`the agent of ${name} refused ${execute}: ${JSON.stringify(error)}`);
      return result;
    };
    const { pid } = await ask('guest-exec', {
      path: 'sh',
      arg: ['-c', `exec 2>&1; ${command}`],
      'capture-output': true,
    });
    const ended = await eventually(async () => {
      const status = await ask('guest-exec-status', { pid });
      return status.exited ? status : undefined;
    }, `${name} to end ${command}`);
    return Buffer.from(String(ended['out-data'] ?? ''), 'base64').toString();
  } finally {
    socket.destroy();
  }
}
