import { show } from './command.ts';
import { stateLine } from './state.ts';

export default show(
  ({ engine, values, scope }) => engine.machine.resume({ name: values.name }, scope),
  (machine) => stateLine(machine),
);
