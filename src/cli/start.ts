import { show } from './command.ts';
import { startedLine } from './started.ts';

export default show(
  ({ engine, values, scope }) => engine.machine.start({ name: values.name, cold: values.cold }, scope),
  startedLine,
);
