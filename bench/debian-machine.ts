import { Scope } from '../src/index.ts';
import type { Bench } from './bench.ts';

/** A machine of the Debian image that has booted: its agent and its ssh server answer. It goes with its scope. */
export async function debianMachine(bench: Bench, name: string): Promise<AsyncDisposable> {
  const { image, machine } = bench.engine;
  const scope = () => new Scope({ timeout: 1_800_000, signal: bench.signal });
  bench.say('building Debian');
  await image.build({ recipe: 'debian' }, scope());
  await machine.make({ name, image: 'debian', memory: '2G', cpus: 2, disk: '20G' });
  await machine.start({ name });
  bench.say('waiting for its ssh server');
  for (const what of ['agent', 'ssh']) await machine.wait({ name, for: what }, scope());
  return {
    [Symbol.asyncDispose]: async () => {
      await machine.remove({ name, force: true });
    },
  };
}
