import { show } from './command.ts';
import { findContext, readContexts, writeContexts } from './contexts.ts';
import { argumentsOf } from './exact-arguments.ts';

export default show(
  async ({ values }) => {
    const [name] = argumentsOf('context rm', values.extra, ['NAME'] as const);
    const { contexts, current } = readContexts(process.env);
    findContext({ contexts }, name);
    const { [name]: _, ...left } = contexts;
    writeContexts(process.env, {
      contexts: left,
      ...(current !== undefined && current !== name && { current }),
    });
    return { name };
  },
  ({ name }) => `${name} is forgotten.`,
);
