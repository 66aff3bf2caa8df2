import { show } from './command.ts';

export default show(
  ({ engine, values, scope }) => engine.token.revoke({ name: values.name }, scope),
  ({ name }) => `The token ${name} is good for nothing any more.`,
);
