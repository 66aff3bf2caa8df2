import { roundDuration } from '../base/durations.ts';
import { roundSize } from '../base/sizes.ts';
import { show } from './command.ts';

export default show(
  ({ engine, values, scope }) => engine.machine.suspend({ name: values.name }, scope),
  ({ name, bytes, took }) =>
    `${name} is suspended (${roundSize(bytes)}, ${roundDuration(took)}). Have it go on: vm start ${name}`,
);
