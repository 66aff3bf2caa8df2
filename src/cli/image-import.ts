import { show } from './command.ts';
import { readyLine } from './image-ready.ts';

export default show(
  ({ engine, values, scope }) =>
    engine.image.import(values as Parameters<typeof engine.image.import>[0], scope),
  readyLine,
);
