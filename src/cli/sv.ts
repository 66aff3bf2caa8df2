import { show } from './command.ts';

export default show(
  ({ engine, values, scope }) => engine.machine.sv({ command: values.command, name: values.name }, scope),
  ({ said }) => said,
);
