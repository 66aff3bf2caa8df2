import { show } from './command.ts';

export default show(
  ({ engine, values, scope }) => engine.machine.autostart({ name: values.name, state: values.state }, scope),
  ({ name, autostart }) => `${name} is ${autostart ? '' : 'not '}started with vmd.`,
);
