import { show } from './command.ts';
import { limitsOf } from './token-list.ts';

export default show(
  ({ engine, scope }) => engine.token.self({}, scope),
  (grant) => {
    const { who, scope, machines, images, network } = grant;
    const bounds = [limitsOf(grant), network === 'none' ? 'no network' : ''].filter((it) => it !== '');
    return `${who}: ${scope}, machines ${machines.join(',')}, images ${images.join(',')}${bounds.length > 0 ? `, at most ${bounds.join(', ')}` : ''}`;
  },
);
