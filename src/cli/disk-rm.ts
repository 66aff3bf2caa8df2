import { show } from './command.ts';

export default show(
  ({ engine, values, scope }) =>
    engine.disk.remove(
      { name: values.name, disk: values.disk, keep: values.keep, force: values.force },
      scope,
    ),
  ({ number, file }, { values }) => `${values.name} no longer has disk ${number}, ${file}.`,
);
