import { roundDuration } from '../base/durations.ts';
import { roundSize } from '../base/sizes.ts';
import { show } from './command.ts';
import { table } from './output.ts';
import { paintState } from './state.ts';

export default show(
  ({ engine, values, scope }) => engine.image.list(values, scope),
  (images) =>
    images.length === 0
      ? 'No images yet. Build one: vm image build tiny   Or download one: vm image catalogue'
      : table(
          ['IMAGE', 'STATE', 'KIND', 'SIZE', 'AGE', 'USED BY', 'SOURCE'],
          images.map(({ name, state, kind, bytes, made, usedBy, source, reason }) => [
            name,
            state,
            kind ?? '-',
            bytes === undefined ? '-' : roundSize(bytes),
            made === undefined ? '-' : roundDuration(Date.now() - Date.parse(made)),
            usedBy.join(' ') || '-',
            reason ?? source ?? '',
          ]),
          (cell, column) => (column === 1 ? paintState(cell) : cell),
        ),
);
