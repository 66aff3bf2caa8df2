import { type ImageKernel, kernelIn, readImage } from '../src/image/store.ts';
import { Scope } from '../src/index.ts';
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

/** Makes a machine of an image, with the memory that the bars were measured with; it goes with its scope. */
export async function makeMachine(bench: Bench, name: string, image: string): Promise<AsyncDisposable> {
  await bench.engine.machine.make({ name, image, memory: '256M' });
  return {
    [Symbol.asyncDispose]: async () => {
      await bench.engine.machine.remove({ name, force: true });
    },
  };
}
