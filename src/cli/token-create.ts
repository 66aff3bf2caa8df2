import { show } from './command.ts';
import { note, styled } from './output.ts';

export default show(
  ({ engine, values, scope }) =>
    engine.token.create(values as Parameters<typeof engine.token.create>[0], scope),
  ({ name, secret }) => {
    note(`The token ${name}. It is shown this once, and kept nowhere:`);
    return styled('bold', secret);
  },
);
