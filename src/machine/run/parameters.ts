import type { Injection } from '../../boot/live/additions.ts';
import type { CheckedParametersOf } from '../../protocol/operation.ts';
import type { Operations } from '../../protocol/operations.ts';

/** What `vm run` is asked for, and what a cartridge adds to it. */
export type RunParameters = CheckedParametersOf<Operations['machine.run']> & {
  /** The directory of the cartridge for which it is run. */
  cartridge?: string;
  /** What the machine is named after, if not after what is booted. */
  stem?: string;
  /** Put into the guest beside `inject`, where it is booted directly. */
  injections?: Injection[];
  /** Variables for the guest's shells in the same case. */
  variables?: Record<string, string>;
  /** A disk to boot and to write to, in place of `what`; absolute. */
  installed?: string;
  /** A file in which UEFI keeps its variables from one run to the next. */
  uefiVariables?: string;
};
