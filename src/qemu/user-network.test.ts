import { expect, test } from 'vitest';
import { readForwards } from './user-network.ts';

test('forwards are told from connections, network by network', () => {
  const text = `Hub -1 (net0):\r
  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ\r
  TCP[ESTABLISHED]   9       127.0.0.1 36616       10.0.2.15    22     0     0\r
  TCP[HOST_FORWARD]  3       127.0.0.1 41065       10.0.2.15    22     0     0\r
Hub -1 (net1):\r
  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ\r
  UDP[HOST_FORWARD]  8               *  5353       10.0.2.15    53     0     0\r
`;
  expect(readForwards(text)).toEqual([
    { network: 'net0', protocol: 'tcp', address: '127.0.0.1', host: 41065, guest: 22 },
    { network: 'net1', protocol: 'udp', address: '0.0.0.0', host: 5353, guest: 53 },
  ]);
});

test('a monitor that says something else has none', () => {
  expect(readForwards('unknown command: info usernet')).toEqual([]);
});
