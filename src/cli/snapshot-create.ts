import { roundDuration } from '../base/durations.ts';
import { roundSize } from '../base/sizes.ts';
import { show } from './command.ts';

export default show(
  ({ engine, values, scope }) =>
    engine.snapshot.create({ name: values.name, snapshot: values.snapshot }, scope),
  ({ machine, name, bytes, pause = 0 }) => {
    const stood =
      pause === 0 ? 'it is paused as before' : `${machine} stood still for ${roundDuration(pause)}`;
    return `${machine}@${name} is kept (${roundSize(bytes)}); ${stood}. Go back to it: vm restore ${machine}@${name}   Or fork it: vm fork ${machine}@${name}`;
  },
);
