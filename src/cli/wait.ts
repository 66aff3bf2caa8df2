import { roundDuration } from '../base/durations.ts';
import { show } from './command.ts';

export default show(
  ({ engine, values, scope }) => engine.machine.wait({ name: values.name, for: values.for }, scope),
  ({ name, seen, took }) => `${name}: ${seen} (after ${roundDuration(took)})`,
);
