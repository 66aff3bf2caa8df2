import { show } from './command.ts';
import { startedLine } from './started.ts';

export default show(
  ({ engine, values, scope }) => engine.machine.restart({ name: values.name, now: values.now }, scope),
  startedLine,
);
