import { show } from './command.ts';

export default show(
  ({ engine, values, scope }) => engine.machine.rename({ name: values.name, to: values.to }, scope),
  ({ name }, { values }) => `${values.name} is now ${name}.`,
);
