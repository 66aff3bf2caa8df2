import type { Scope } from '../base/scope.ts';

/** Somewhere a recipe can take its kernel from. */
export interface KernelSource {
  /** What it is and its version; equal labels stand for equal kernels. */
  label: string;
  /** Makes its files readable, in the empty directory `scratch` where they are not; the caller removes that. */
  open(scope: Scope, scratch: string): Promise<KernelFiles>;
}

export interface KernelFiles {
  /** `uname -r` of a guest that runs it. */
  release: string;
  /** The path of the kernel, a bzImage. */
  bzImage: string;
  /** The path of its `lib/modules/<release>`. */
  modules: string;
}
