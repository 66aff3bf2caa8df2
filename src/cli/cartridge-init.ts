import { show } from './command.ts';
import { shortPath } from './short-path.ts';

export default show(
  ({ engine, values, scope }) => engine.cartridge.init(values, scope),
  ({ file, builder, because }) =>
    `${shortPath(file)} is written, with the builder ${builder}: ${because}. Look it over, then: vm build`,
);
