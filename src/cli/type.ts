import { show } from './command.ts';

export default show(
  ({ engine, values, scope }) => engine.machine.type({ name: values.name, text: values.text }, scope),
  () => '',
);
