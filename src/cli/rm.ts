import { show } from './command.ts';

export default show(
  ({ engine, values, scope }) => engine.machine.remove({ name: values.name, force: values.force }, scope),
  ({ name }) => `${name} is gone.`,
);
