import { roundSize } from '../base/sizes.ts';
import { show } from './command.ts';

export default show(
  ({ engine, values, scope }) => engine.disk.add(values as Parameters<typeof engine.disk.add>[0], scope),
  ({ number, file, size }, { values }) =>
    `${values.name} has disk ${number}, ${file}${size === undefined ? '' : ` (${roundSize(size)})`}, from its next start.`,
);
