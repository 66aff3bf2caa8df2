import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { machineSpec } from '../protocol/machine-spec.ts';
import { summaryOf } from './summary.ts';

const spec = (it: object = {}) => z.parse(machineSpec, { version: 1, ...it });
const own = (args: string) => [{ source: 'templates/own', args: args.split(' ') }];
const [M, G] = [2 ** 20, 2 ** 30];

test('a spec says it, where no template does', () => {
  const it = spec({
    cpus: 2,
    memory: '512M',
    networks: [{ forwards: ['2222:22'] }, { forwards: ['udp:0.0.0.0:53:53'] }],
  });
  expect(summaryOf('hello', it, [])).toEqual({
    cpus: 2,
    memory: 512 * M,
    forwards: [
      { protocol: 'tcp', address: '127.0.0.1', host: 2222, guest: 22 },
      { protocol: 'udp', address: '0.0.0.0', host: 53, guest: 53 },
    ],
  });
});

test("a runit-vm machine that says nothing has QEMU's own defaults", () =>
  expect(summaryOf('hello', undefined, [])).toEqual({ cpus: 1, memory: 128 * M, forwards: [] }));

describe('memory', () => {
  test.each([
    ['-m 2G', 2 * G],
    ['--m 2g', 2 * G],
    ['-m 512', 512 * M],
    ['-m 0.5G', 512 * M],
    ['-m 1048576k', G],
    ['-m size=1G', G],
    ['-m size=256', 256 * M],
    ['-m 1G,slots=3,maxmem=4G', G],
    ['-m slots=3,size=1G,maxmem=4G', G],
    ['-m 1G -m 2G', 2 * G],
    ['-m lots', 0],
  ])('of %s is %d', (args, memory) => {
    expect(summaryOf('hello', undefined, own(args)).memory).toBe(memory);
    expect(summaryOf('hello', spec({ memory: '4G' }), own(args)).memory).toBe(memory);
  });
});

test.each([
  ['-smp 4', 4],
  ['--smp 4', 4],
  ['-smp 4,maxcpus=8', 4],
  ['-smp cpus=3', 3],
  ['-smp cores=2,threads=2', 4],
  ['-smp sockets=2,cores=3', 6],
  ['-smp 2 -smp 8', 8],
])('CPUs of %s are %d', (args, cpus) => {
  expect(summaryOf('hello', undefined, own(args)).cpus).toBe(cpus);
  expect(summaryOf('hello', spec(), own(args)).cpus).toBe(cpus);
});

test.each([
  ['-netdev user,id=n,hostfwd=tcp::2222-:22', 'tcp', '0.0.0.0', 2222, 22],
  ['-netdev user,id=n,hostfwd=::2222-:22', 'tcp', '0.0.0.0', 2222, 22],
  ['-nic user,hostfwd=udp:127.0.0.1:53-10.0.2.15:5353', 'udp', '127.0.0.1', 53, 5353],
])('the forward of %s', (args, protocol, address, host, guest) =>
  expect(summaryOf('hello', undefined, own(args)).forwards).toEqual([{ protocol, address, host, guest }]),
);

test('all forwards of one network are told, and what is none is let pass', () => {
  const args = own(
    '-netdev user,hostfwd=tcp::1-:1,hostfwd=tcp:localhost:2-:2,hostfwd=tcp::3-:3,hostfwd=bogus',
  );
  expect(summaryOf('hello', undefined, args).forwards.map(({ host }) => host)).toEqual([1, 3]);
});
