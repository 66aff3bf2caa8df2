import { roundSize } from '../base/sizes.ts';
import { show } from './command.ts';
import { table } from './output.ts';

export default show(
  ({ engine, values, scope }) => engine.disk.list({ name: values.name }, scope),
  (disks, { values }) =>
    disks.length === 0
      ? `${values.name} has no disks. Add one: vm disk add ${values.name} 20G`
      : table(
          ['', 'FILE', 'SIZE', 'ON HOST', 'FORMAT', 'INTERFACE', 'OVER'],
          disks.map(({ number, file, size, allocated, format, interface: how, readonly, below }) => [
            String(number),
            file,
            size === undefined ? 'missing' : roundSize(size),
            allocated === undefined ? '-' : roundSize(allocated),
            format,
            readonly ? `${how}, read-only` : how,
            below ?? '-',
          ]),
        ),
);
