export type Accelerator = 'kvm' | 'tcg';

export interface Candidate {
  name: Accelerator;
  usable: boolean;
  /** A sentence without its full stop. */
  reason: string;
  /** Milliseconds from the start of QEMU to the verdict; 0 where it was not started. */
  ms: number;
}

export interface AcceleratorReport {
  accelerator: Accelerator;
  /** Why this one: a sentence without its full stop. */
  reason: string;
  candidates: Candidate[];
  /** Whether it was found out just now, and not read from the cache. */
  probed: boolean;
}
