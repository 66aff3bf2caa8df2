import { type ImageKernel, kernelIn, readImage } from '../src/image/store.ts';
import { Scope } from '../src/index.ts';
import { awaitPrompt, logOf } from './await-prompt.ts';
import { awaitQuiet } from './await-quiet.ts';
import type { Bench } from './bench.ts';

/** Builds the image `tiny`, unless it is there. */
export async function buildTinyImage(bench: Bench): Promise<void> {
  await bench.engine.image.build({ recipe: 'tiny' }, new Scope({ timeout: 600_000, signal: bench.signal }));
}

/** The files by which an image is booted directly. */
export function kernelOf(bench: Bench, image: string): ImageKernel {
  const kernel = kernelIn(readImage(bench.vmdir, image));
  if (!kernel) throw new Error(`the image ${image} has no kernel`);
  return kernel;
}

/** Makes a machine of an image, with the memory that most bars were measured with; it goes with its scope. */
export async function makeMachine(
  bench: Bench,
  name: string,
  image: string,
  memory = '256M',
): Promise<AsyncDisposable> {
  await bench.engine.machine.make({ name, image, memory });
  return {
    [Symbol.asyncDispose]: async () => {
      await bench.engine.machine.remove({ name, force: true });
    },
  };
}

/** A machine of the tiny guest that has come up to its shell and idles there. */
export async function idleMachine(bench: Bench, name: string, memory?: string): Promise<AsyncDisposable> {
  await buildTinyImage(bench);
  const machine = await makeMachine(bench, name, 'tiny', memory);
  const { pid } = await bench.engine.machine.start({ name });
  await awaitPrompt(bench, logOf(bench, name));
  await awaitQuiet([pid], bench.signal);
  return machine;
}
