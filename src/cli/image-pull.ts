import { show } from './command.ts';
import { readyLine } from './image-ready.ts';

export default show(
  ({ engine, values, scope }) => engine.image.pull(values as Parameters<typeof engine.image.pull>[0], scope),
  readyLine,
);
