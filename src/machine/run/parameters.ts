import type { CheckedParametersOf } from '../../protocol/operation.ts';
import type { Operations } from '../../protocol/operations.ts';

/** What `vm run` is asked for; a cartridge says which directory it is run for. */
export type RunParameters = CheckedParametersOf<Operations['machine.run']> & {
  cartridge?: string;
};
