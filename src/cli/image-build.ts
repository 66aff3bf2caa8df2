import { show } from './command.ts';
import { readyLine } from './image-ready.ts';

export default show(
  ({ engine, values, scope }) =>
    engine.image.build(values as Parameters<typeof engine.image.build>[0], scope),
  readyLine,
);
