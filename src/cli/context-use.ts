import { show } from './command.ts';
import { findContext, here, readContexts, writeContexts } from './contexts.ts';
import { argumentsOf } from './exact-arguments.ts';

export default show(
  async ({ values }) => {
    const [name] = argumentsOf('context use', values.extra, ['NAME'] as const);
    const saved = readContexts(process.env);
    if (name === here) {
      writeContexts(process.env, { contexts: saved.contexts });
      return { current: null };
    }
    const { url } = findContext(saved, name);
    writeContexts(process.env, { current: name, contexts: saved.contexts });
    return { current: name, url };
  },
  ({ current, url }) =>
    current === null
      ? 'All commands are for this host again.'
      : `All commands go to ${url} now. Here again: vm context use -   One of them: vm --context - list`,
);
