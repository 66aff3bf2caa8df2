import { show } from './command.ts';

export default show(
  ({ engine, values, scope }) => engine.machine.keys({ name: values.name, keys: values.keys }, scope),
  () => '',
);
