import { isVivariumError } from '../../base/errors.ts';
import { machineSpec } from '../../protocol/machine-spec.ts';
import { parseSpec } from '../spec-file.ts';
import { specText } from '../spec-text.ts';
import { type Composed, type Outcome, type Target, written } from './composed.ts';
import { placeCd, placeDisk, placeFloppy, placeKernel, placeShare, placeVariables } from './place.ts';
import type { Part, Said } from './said.ts';

/**
 * Makes a machine, on paper, of what a source says. What no machine could have is left, and so is what needs a file
 * that is not there, unless the machine is nothing without it.
 */
export function compose(said: readonly Said[], target: Target): Composed {
  const made: Composed = { spec: {}, autostart: false, bring: [], make: [], taken: [], left: [] };
  for (const one of said) {
    const { what, line } = one;
    const { as, why }: Outcome = 'key' in one ? settle(one, made, target) : one;
    if (as !== undefined) made.taken.push({ what, line, as: as.replaceAll(/\bNAME\b/g, target.name) });
    if (why !== undefined) made.left.push({ what, line, why: why.replaceAll(/\bNAME\b/g, target.name) });
  }
  return made;
}

function settle(part: Part, made: Composed, target: Target): Outcome {
  const problem = problemOf(part);
  if (problem !== undefined) return { why: `cannot be taken over: ${problem}` };
  switch (part.key) {
    case 'disks':
      return placeDisk(part, made, target);
    case 'cdrom':
      return placeCd(part.value, made, target);
    case 'floppy':
      return placeFloppy(part.value, made, target);
    case 'kernel':
    case 'initrd':
      return placeKernel(part, made, target);
    case 'shares':
      return placeShare(part.value, made, target);
    case 'uefiVariables':
      return placeVariables(part.value, made);
    case 'autostart':
      made.autostart = true;
      return { as: 'autostart' };
    case 'networks':
    case 'arguments':
      made.spec[part.key] = [...(made.spec[part.key] ?? []), ...[part.value].flat()] as never;
      return { as: written(part.key, part.value) };
    default:
      made.spec = { ...made.spec, [part.key]: part.value };
      return { as: written(part.key, part.value) };
  }
}

/** What keeps a value from standing in machine.yaml. */
function problemOf({ key, value }: Part): string | undefined {
  if (!Object.hasOwn(machineSpec.shape, key)) return undefined;
  const item = key === 'disks' || key === 'networks' || key === 'shares';
  try {
    parseSpec(specText('a', { [key]: item ? [value] : value }), '');
    return undefined;
  } catch (error) {
    if (!isVivariumError(error, 'spec-invalid')) throw error;
    return error.details.problem;
  }
}
