import { show } from './command.ts';
import { stoppedLine } from './stopped.ts';

export default show(
  ({ engine, values, scope }) => engine.machine.kill({ name: values.name }, scope),
  stoppedLine,
);
