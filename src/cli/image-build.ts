import { roundSize } from '../base/sizes.ts';
import { show } from './command.ts';

export default show(
  ({ engine, values, scope }) =>
    engine.image.build(values as Parameters<typeof engine.image.build>[0], scope),
  ({ name, bytes }) =>
    `The image ${name} is ready (${roundSize(bytes ?? 0)}). Use it: vm make hello --image ${name}`,
);
