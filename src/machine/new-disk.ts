import { VivariumError } from '../base/errors.ts';
import { exactSize, parseSize } from '../base/sizes.ts';
import type { Image } from '../image/store.ts';
import type { Config } from './config.ts';
import type { MakeParameters } from './new-spec.ts';

/** The disk of a machine that has nothing else to boot from, where the configuration does not say. */
export const defaultDisk = '20G';

/** What `make` is to do for a machine's disk; `over` is the image whose overlay it is. */
export interface NewDisk {
  bytes: number;
  over: Image<'disk'> | undefined;
}

/**
 * The disk of a new machine, if it has one: an overlay of its image's; else one of the size that is asked for, or of
 * the usual size where nothing is booted directly.
 * @throws `parameter-invalid`, `setting-invalid`
 */
export function newDisk(
  config: Config,
  { disk, kernel }: Pick<MakeParameters, 'disk' | 'kernel'>,
  image: Image | undefined,
): NewDisk | undefined {
  if (image?.kind === 'disk') return { bytes: overlaySize(image, disk), over: image };
  if (disk === 'none') return undefined;
  if (disk !== undefined) return { bytes: disk, over: undefined };
  const booted = image?.kind === 'kernel' || kernel !== undefined;
  if (booted || config.VMCONF_DEFAULT_DRIVE === 'none') return undefined;
  const usual = configured(config, 'VMCONF_DEFAULT_DRIVE', parseSize, 'must be none, or a size such as 20G');
  return { bytes: usual ?? (parseSize(defaultDisk) as number), over: undefined };
}

function overlaySize(image: Image<'disk'>, disk: MakeParameters['disk']): number {
  const wrong = (problem: string) =>
    new VivariumError('parameter-invalid', { operation: 'make', parameter: '--disk', problem });
  if (disk === 'none') throw wrong(`cannot be none: the image ${image.name} is a disk`);
  if (disk === undefined) return image.size;
  if (disk % 512 !== 0) throw wrong('must be a multiple of 512 bytes');
  if (disk < image.minimum) {
    throw wrong(`must be at least ${exactSize(image.minimum)}, the size of the image ${image.name}`);
  }
  return disk;
}

/** What the configuration says, if it does. @throws `setting-invalid` */
export function configured(
  config: Config,
  variable: keyof Config,
  parse: (text: string) => number | undefined,
  problem: string,
): number | undefined {
  const value = config[variable];
  if (!value) return undefined;
  const parsed = parse(value);
  if (parsed === undefined) throw new VivariumError('setting-invalid', { variable, value, problem });
  return parsed;
}
