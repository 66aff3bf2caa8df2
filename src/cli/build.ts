import { roundDuration } from '../base/durations.ts';
import { roundSize } from '../base/sizes.ts';
import { show } from './command.ts';
import { shortPath } from './short-path.ts';

export default show(
  ({ engine, values, scope }) => engine.cartridge.build(values, scope),
  ({ iso, bytes, took }, { values }) => {
    const built = `${shortPath(iso)} is ready (${roundSize(bytes)}, in ${roundDuration(took)}).`;
    const newest = values.into === undefined && (values.directory ?? '.') === '.';
    return `${built} Boot it: vm run${newest ? '' : ` ${shortPath(iso)}`}`;
  },
);
