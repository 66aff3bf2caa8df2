import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { temporaryName } from '../../src/host/atomic-file.ts';
import { lock } from '../../src/host/lock.ts';
import { readImage } from '../../src/image/store.ts';
import { Scope } from '../../src/index.ts';
import { openHome } from '../../src/machine/home.ts';
import { findMachine } from '../../src/machine/machine.ts';
import { planOf } from '../../src/machine/plan.ts';
import { qemuBinary } from '../../src/qemu/binary.ts';
import { type TestHome, testHome } from './home.ts';
import { sharedHome } from './place.ts';

/** A machine that takes long to boot, and is kept for all suites and runs as it is when it has booted. */
export interface Ready {
  name: string;
  image: string;
  /** What else `machine.make` is told. */
  settings: object;
  /** A template: more of QEMU's arguments. */
  template?: string;
  /** Waits for the guest to be ready. */
  settle(home: TestHome): Promise<void>;
}

/** Milliseconds until it is there, where it has to be booted first. */
const patience = 300_000;
const snapshot = 'ready';

/**
 * Has such a machine run in a home. It goes on from where it was ready: it boots only where QEMU would be given
 * something else than then, and that boot is kept.
 */
export async function startReady(home: TestHome, ready: Ready): Promise<void> {
  const kept = join(sharedHome, 'ready', ready.name);
  const note = join(kept, 'made-of');
  mkdirSync(kept, { recursive: true });
  {
    using _held = await lock(kept, { wait: patience });
    const madeOf = await ingredients(ready);
    const machines = join(kept, 'machines');
    if (!existsSync(note) || readFileSync(note, 'utf8') !== madeOf) {
      rmSync(note, { force: true });
      rmSync(machines, { recursive: true, force: true });
      await boot(ready, machines);
      writeFileSync(note, madeOf);
    }
    take(machines, home.vmdir, ready.name);
  }
  await home.engine.snapshot.restore({ name: `${ready.name}@${snapshot}` });
}

/** All that a boot depends on: what QEMU is given, what the guest is told by its seed, and how a state is kept. */
async function ingredients(ready: Ready): Promise<string> {
  await using home = testHome();
  await make(home, ready);
  const { argv, image } = await planOf(new Scope(), findMachine(openHome(home.env), ready.name));
  const sources = globSync('{seed,saved}*.ts', { cwd: machineSources });
  const told = sources
    .filter((file) => !file.endsWith('.test.ts'))
    .sort()
    .map((file) => readFileSync(join(machineSources, file)));
  const digest = createHash('sha256').update(ready.settle.toString()).update(Buffer.concat(told));
  const qemu = execFileSync(qemuBinary(), ['--version'], { encoding: 'utf8' });
  const about = { qemu, argv, files: image?.files, digest: digest.digest('hex') };
  return JSON.stringify(about, undefined, 1);
}

const machineSources = join(import.meta.dirname, '../../src/machine');

async function make(home: TestHome, { name, image, settings, template }: Ready): Promise<void> {
  readImage(home.vmdir, image);
  await home.engine.machine.make({ name, image, ...settings });
  if (template === undefined) return;
  mkdirSync(home.path(name, 'templates'), { recursive: true });
  writeFileSync(home.path(name, 'templates', 'ready'), template);
}

/** Boots it, and keeps it in a new directory of machines. */
async function boot(ready: Ready, machines: string): Promise<void> {
  await using home = testHome();
  const { name } = ready;
  await make(home, ready);
  await home.engine.machine.start({ name });
  await ready.settle(home);
  await home.engine.snapshot.create({ name, snapshot }, new Scope({ timeout: patience }));
  await home.engine.machine.kill({ name });
  const draft = temporaryName(machines);
  mkdirSync(draft);
  take(home.vmdir, draft, name);
  renameSync(draft, machines);
}

/** Copies a machine, which is down, with the layers that its disks lie on. */
function take(from: string, to: string, name: string): void {
  const parts = readdirSync(join(from, name)).filter((part) => !['supervise', 'log'].includes(part));
  const paths = ['.layers', ...parts.map((part) => join(name, part))];
  execFileSync('cp', ['-a', '--parents', '--sparse=always', ...paths, to], { cwd: from });
}
