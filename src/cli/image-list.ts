import { roundSize } from '../base/sizes.ts';
import { show } from './command.ts';
import { table } from './output.ts';
import { paintState } from './state.ts';

export default show(
  ({ engine, values, scope }) => engine.image.list(values, scope),
  (images) =>
    images.length === 0
      ? 'No images yet. Build one: vm image build tiny'
      : table(
          ['IMAGE', 'STATE', 'KIND', 'SIZE', 'USED BY', 'SOURCE'],
          images.map(({ name, state, kind, bytes, usedBy, source, reason }) => [
            name,
            state,
            kind ?? '-',
            bytes === undefined ? '-' : roundSize(bytes),
            usedBy.join(' ') || '-',
            reason ?? source ?? '',
          ]),
          (cell, column) => (column === 1 ? paintState(cell) : cell),
        ),
);
