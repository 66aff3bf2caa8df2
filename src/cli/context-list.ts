import { show } from './command.ts';
import { readContexts } from './contexts.ts';
import { argumentsOf } from './exact-arguments.ts';
import { styled, table } from './output.ts';

export default show(
  async ({ values }) => {
    argumentsOf('context list', values.extra, []);
    const { contexts, current } = readContexts(process.env);
    return Object.entries(contexts).map(([name, { url, token }]) => ({
      name,
      url,
      current: name === current,
      token: token !== undefined,
    }));
  },
  (contexts) => {
    if (contexts.length === 0) return 'No contexts yet. Save one: vm context add box ssh://me@box';
    const rows = contexts.map(({ name, url, current, token }) => [
      current ? '*' : '',
      name,
      url,
      token ? 'yes' : '-',
    ]);
    return table(['', 'NAME', 'URL', 'TOKEN'], rows, (cell, column) =>
      column === 0 ? styled('green', cell) : cell,
    );
  },
);
