import { roundDuration } from '../base/durations.ts';
import { roundSize } from '../base/sizes.ts';
import { show } from './command.ts';

export default show(
  ({ engine, values: { from, to, user }, scope }) => engine.machine.copy({ from, to, user }, scope),
  ({ files, bytes, by, took }) => {
    const rate = roundSize(Math.round(bytes / (took / 1000)));
    return `${files === 1 ? '1 file' : `${files} files`}, ${roundSize(bytes)} in ${roundDuration(took)} (${rate}/s by ${by})`;
  },
);
