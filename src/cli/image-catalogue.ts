import { show } from './command.ts';
import { table } from './output.ts';

export default show(
  ({ engine, values, scope }) => engine.image.catalogue(values, scope),
  (entries) =>
    table(
      ['NAME', 'KIND', 'USER', 'WHAT'],
      entries.map(({ name, kind, user, about }) => [name, kind, user ?? '-', about]),
    ),
);
