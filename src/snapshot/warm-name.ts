import { createHash } from 'node:crypto';
import { exactSize } from '../base/sizes.ts';
import { machineSpec } from '../protocol/machine-spec.ts';
import type { CheckedParametersOf } from '../protocol/operation.ts';
import type { Operations } from '../protocol/operations.ts';

/** What a machine is made with that is kept warm. Bytes. */
export type WarmSettings = Pick<
  CheckedParametersOf<Operations['machine.launch']>,
  'image' | 'cpus' | 'memory' | 'disk' | 'network'
>;

const longest = 63;

/**
 * The name of the machine that is kept warm of an image: `warm-tiny`, and `warm-tiny+256M+2cpus` where it is not as
 * usual. Pure.
 */
export function warmName({ image, cpus, memory, disk, network }: WarmSettings): string {
  const unusual = [
    memory === undefined || memory === usual('memory') ? [] : exactSize(memory),
    cpus === undefined || cpus === usual('cpus') ? [] : `${cpus}cpus`,
    disk === undefined ? [] : disk === 'none' ? 'diskless' : `${exactSize(disk)}-disk`,
    network === 'none' ? 'offline' : [],
  ].flat();
  const name = ['warm', [image, ...unusual].join('+')].join('-');
  if (name.length <= longest) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, longest - 1 - digest.length)}-${digest}`;
}

const usual = (key: 'memory' | 'cpus') => machineSpec.shape[key]._zod.def.defaultValue as number;
