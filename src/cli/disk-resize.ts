import { roundSize } from '../base/sizes.ts';
import { show } from './command.ts';

export default show(
  ({ engine, values, scope }) =>
    engine.disk.resize({ name: values.name, size: values.size, disk: values.disk }, scope),
  ({ number, file, size = 0 }, { values }) =>
    `Disk ${number} of ${values.name}, ${file}, has ${roundSize(size)} now.`,
);
