import { VivariumError } from '../../base/errors.ts';
import { isNothing } from './additions.ts';
import type { Context } from './context.ts';

/** What a disk's own boot loader starts cannot be given anything. */
export function checkNothingAdded({ additions, parameters, firmware }: Context, what: string): void {
  const asked = parameters.append !== undefined || parameters.kernel !== undefined;
  if (isNothing(additions) && !asked) return;
  throw new VivariumError('subject-unfit', {
    what,
    problem: `its boot loader starts its own kernel, so that nothing can be put into the guest or onto the kernel's command line`,
    next: firmware
      ? `Leave --firmware ${firmware} out where a direct boot will do.`
      : 'Give it a kernel: --kernel FILE --initrd FILE   Or reach into the guest when it runs: vm exec, vm cp',
  });
}
