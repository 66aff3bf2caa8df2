import { roundDuration } from '../base/durations.ts';
import { show } from './command.ts';

export default show(
  ({ engine, values, scope }) =>
    engine.snapshot.restore({ name: values.name, snapshot: values.snapshot, force: values.force }, scope),
  ({ name, pid, took }) =>
    `${name} goes on from there (pid ${pid}, after ${roundDuration(took)}). Sit at it: vm console ${name}`,
);
