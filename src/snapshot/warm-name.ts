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

/** The same machine, said in one way only: what is as usual is left out. Pure. */
export function plainSettings({ image, cpus, memory, disk, network }: WarmSettings): WarmSettings {
  return {
    image,
    ...(memory !== undefined && memory !== usual('memory') && { memory }),
    ...(cpus !== undefined && cpus !== usual('cpus') && { cpus }),
    ...(disk !== undefined && { disk }),
    ...(network === 'none' && { network }),
  };
}

/** The name of the machine that is kept warm of an image: `warm-tiny`, and `warm-tiny+256M+2cpus` where it is not as usual. Pure. */
export function warmName(settings: WarmSettings): string {
  const { image, cpus, memory, disk, network } = plainSettings(settings);
  const unusual = [
    memory === undefined ? [] : exactSize(memory),
    cpus === undefined ? [] : `${cpus}cpus`,
    disk === undefined ? [] : disk === 'none' ? 'diskless' : `${exactSize(disk)}-disk`,
    network === undefined ? [] : 'offline',
  ].flat();
  const name = `warm-${[image, ...unusual].join('+')}`;
  if (name.length <= longest) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, longest - 1 - digest.length)}-${digest}`;
}

const usual = (key: 'memory' | 'cpus') => machineSpec.shape[key]._zod.def.defaultValue as number;
