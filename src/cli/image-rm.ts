import { show } from './command.ts';

export default show(
  ({ engine, values, scope }) => engine.image.remove({ name: values.name }, scope),
  ({ name }) => `The image ${name} is gone.`,
);
