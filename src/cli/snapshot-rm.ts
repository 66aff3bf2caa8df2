import { roundSize } from '../base/sizes.ts';
import { show } from './command.ts';

export default show(
  ({ engine, values, scope }) =>
    engine.snapshot.remove({ name: values.name, snapshot: values.snapshot, force: values.force }, scope),
  ({ name, snapshot, freed }) => `${name}@${snapshot} is gone; ${roundSize(freed)} are free again.`,
);
