import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Progress } from '../../src/base/scope.ts';
import { liveFiles } from '../../src/cartridge/builders/live-system.ts';
import { lock } from '../../src/host/lock.ts';
import { localEngine, Scope } from '../../src/index.ts';
import { has } from './has.ts';
import { sharedHome } from './place.ts';

/** Whether this host can build a live ISO. */
export const canBuildLive = [
  'mmdebstrap',
  'mksquashfs',
  'grub-mkrescue',
  'xorriso',
  'mformat',
  'unshare',
].every(has);

/** How long a suite's first hook may take where the ISO has to be built first. */
export const livePatience = 600_000;

const project = join(sharedHome, 'debian-live');
const stepsFile = join(project, 'steps.json');

const cartridge = `version: 1
name: live
builder: { debian-live: {} }
`;

/**
 * The ISO of a live Debian for all suites, which nobody writes to: built by whoever asks first, and again when what
 * it is made of has changed. It shows its console on the serial line; `user` logs in by the password `live`.
 */
export async function debianLive(): Promise<string> {
  const iso = join(project, 'out/live.iso');
  const made = join(project, 'made-of');
  const inputs = inputsDigest();
  mkdirSync(project, { recursive: true });
  using _held = await lock(project, { wait: livePatience });
  if (existsSync(iso) && existsSync(stepsFile) && existsSync(made) && readFileSync(made, 'utf8') === inputs)
    return iso;
  writeFileSync(join(project, 'cartridge.yaml'), cartridge);
  const engine = localEngine({ ...process.env, VMDIR: sharedHome });
  const steps = new Set<string>();
  const report = (progress: Progress) => {
    if (progress.kind === 'step') steps.add(progress.text);
  };
  await engine.cartridge.build({ directory: project }, new Scope({ timeout: livePatience, report }));
  writeFileSync(stepsFile, JSON.stringify([...steps]));
  writeFileSync(made, inputs);
  return iso;
}

/** The steps in which the ISO was built, as they were shown. */
export const debianLiveSteps = (): string[] => JSON.parse(readFileSync(stepsFile, 'utf8'));

/** What the ISO is made of, but for the packages of that day. */
function inputsDigest(): string {
  const hash = createHash('sha256').update(cartridge);
  for (const { path, content } of liveFiles()) hash.update(`\n${path} ${content.length}\n`).update(content);
  const builders = join(import.meta.dirname, '../../src/cartridge/builders');
  const sources = globSync('*.ts', { cwd: builders }).filter((file) => !file.endsWith('.test.ts'));
  for (const file of sources.sort()) hash.update(readFileSync(join(builders, file)));
  return hash.digest('hex');
}
