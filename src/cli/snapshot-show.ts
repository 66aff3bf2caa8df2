import { roundSize } from '../base/sizes.ts';
import { show } from './command.ts';
import { localTime } from './snapshot-list.ts';

export default show(
  ({ engine, values, scope }) =>
    engine.snapshot.show({ name: values.name, snapshot: values.snapshot }, scope),
  ({ machine, name, made = '', memory = 0, bytes, directory, needs, layers, usedBy }) =>
    [
      `${machine}@${name}, taken ${localTime(made)}`,
      `  memory   ${roundSize(memory)}, ${roundSize(bytes)} on disk with all of the state`,
      ...layers.flatMap(({ file, path, below, size, allocated }) => [
        `  disk     ${file}, ${roundSize(size)}: ${path} (${roundSize(allocated)})`,
        ...below.map((it) => `           on ${it}`),
      ]),
      `  needs    QEMU ${needs?.qemu} or newer, machine type ${needs?.machine}, accelerator ${needs?.accelerator}`,
      `  used by  ${usedBy.join(' ') || 'nobody else'}`,
      `  kept in  ${directory}`,
    ].join('\n'),
);
