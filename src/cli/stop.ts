import { show } from './command.ts';
import { stoppedLine } from './stopped.ts';

export default show(
  ({ engine, values, scope }) => engine.machine.stop({ name: values.name, now: values.now }, scope),
  stoppedLine,
);
