import { roundDuration } from '../base/durations.ts';
import { roundSize } from '../base/sizes.ts';
import type { TokenView } from '../protocol/access-views.ts';
import { show } from './command.ts';
import { table } from './output.ts';

const headings = ['TOKEN', 'SCOPE', 'MACHINES', 'IMAGES', 'LIMITS', 'NETWORK', 'USED', 'EXPIRES'];

export default show(
  ({ engine, scope }) => engine.token.list({}, scope),
  (tokens) =>
    tokens.length === 0
      ? 'No tokens yet. Make one: vm token create NAME --scope read'
      : table(headings, tokens.map(row)),
);

function row(token: TokenView): string[] {
  const { name, scope, machines, images, network, lastUse, expires } = token;
  return [
    name,
    scope,
    machines.join(','),
    images.join(','),
    limitsOf(token) || '-',
    network,
    lastUse === undefined ? 'never' : `${roundDuration(Math.max(0, Date.now() - Date.parse(lastUse)))} ago`,
    expires === undefined ? 'never' : whenOf(Date.parse(expires) - Date.now()),
  ];
}

const minute = 60_000;

/** Whole minutes, begun ones too: a token for 90 days that was just made has 90 days. */
const whenOf = (left: number): string =>
  left > 0 ? `in ${roundDuration(Math.ceil(left / minute) * minute)}` : 'expired';

/** `3 machines, 2G memory`; nothing where nothing binds. */
export function limitsOf({
  maxMachines,
  maxMemory,
  maxDisk,
}: Pick<TokenView, 'maxMachines' | 'maxMemory' | 'maxDisk'>): string {
  return [
    maxMachines === undefined ? [] : `${maxMachines} machines`,
    maxMemory === undefined ? [] : `${roundSize(maxMemory)} memory`,
    maxDisk === undefined ? [] : `${roundSize(maxDisk)} disk`,
  ]
    .flat()
    .join(', ');
}
