import { show } from './command.ts';

export default show(
  ({ engine, values, scope }) =>
    engine.machine.set({ name: values.name, changes: values.changes, unset: values.unset }, scope),
  ({ name, pid }) =>
    pid === undefined
      ? `${name} is changed.`
      : `${name} is changed; it follows when it is restarted: vm restart ${name}`,
);
