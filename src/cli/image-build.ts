import { show } from './command.ts';
import { readyLine } from './image-ready.ts';

export default show(
  ({ engine, values, scope }) =>
    engine.image.build({ recipe: values.recipe, rebuild: values.rebuild }, scope),
  readyLine,
);
