import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, test, vi } from 'vitest';
import { VivariumError } from '../base/errors.ts';
import { engineOf } from '../protocol/engine.ts';
import type { Change } from '../protocol/events.ts';
import type { Access } from '../protocol/operation.ts';
import type { Terminal } from '../protocol/views.ts';
import { Metrics } from './metrics.ts';

const base = { forwards: [], autostart: false, runitVm: false };

const terminal = (): Terminal => ({
  scrollback: new Uint8Array(),
  output: (async function* () {
    yield new Uint8Array([1]);
  })(),
  idle: 0,
  canType: true,
  write: async () => {},
  close: () => {},
});

/** Two machines, one of which runs. */
const engineFor = (scope: Access) =>
  engineOf(async (name) => {
    if (name === 'token.self') return { scope };
    if (name === 'host.events')
      return (async function* (): AsyncGenerator<Change> {
        yield {
          kind: 'machines',
          machines: [
            { ...base, name: 'web', state: 'running', pid: 7, uptime: 61_500 },
            { ...base, name: 'db', state: 'stopped' },
          ],
        };
      })();
    if (name === 'machine.usage')
      return [{ name: 'web', pid: 7, cpu: 2500, resident: 2 ** 26, memory: 2 ** 28, written: 4096, at: 1 }];
    if (name === 'machine.console') return terminal();
    throw new VivariumError('machine-not-found', { name: 'nope', similar: [] });
  });
const engine = engineFor('admin');

/** The values by name and labels. */
async function valuesOf(metrics: Metrics, of = engine): Promise<Map<string, number>> {
  const lines = (await metrics.text(of)).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

test('machines are told by state, and each with what it takes', async () => {
  const values = await valuesOf(new Metrics());
  expect(Object.fromEntries(values)).toMatchObject({
    'vivarium_machines{state="running"}': 1,
    'vivarium_machines{state="stopped"}': 1,
    'vivarium_machines{state="failed"}': 0,
    'vivarium_machine_up{machine="web"}': 1,
    'vivarium_machine_up{machine="db"}': 0,
    'vivarium_machine_uptime_seconds{machine="web"}': 61.5,
    'vivarium_machine_cpu_seconds_total{machine="web"}': 2.5,
    'vivarium_machine_resident_memory_bytes{machine="web"}': 2 ** 26,
    'vivarium_machine_memory_bytes{machine="web"}': 2 ** 28,
    'vivarium_machine_disk_written_bytes_total{machine="web"}': 4096,
  });
  expect([...values.keys()].filter((name) => name.includes('"db"'))).toEqual([
    'vivarium_machine_up{machine="db"}',
  ]);
  expect(values.get('process_resident_memory_bytes')).toBeGreaterThan(2 ** 24);
});

test('who is no administrator is told of machines alone', async () => {
  const names = [...(await valuesOf(new Metrics(), engineFor('control'))).keys()];
  expect(names).toContain('vivarium_machine_up{machine="web"}');
  expect(names.filter((name) => !name.startsWith('vivarium_machine'))).toEqual([]);
});

test('requests are counted by what came of them, viewers while they look', async () => {
  const metrics = new Metrics();
  const counted = metrics.counted(engine);
  await expect(counted.machine.start({ name: 'nope' })).rejects.toThrow();
  const [first, second] = [
    await counted.machine.console({ name: 'web' }),
    await counted.machine.console({ name: 'web' }),
  ];
  metrics.resynced();
  const viewers = 'vivarium_viewers{what="console"}';
  expect(Object.fromEntries(await valuesOf(metrics))).toMatchObject({
    'vivarium_requests_total{operation="machine.start",result="machine-not-found"}': 1,
    'vivarium_requests_total{operation="machine.console",result="ok"}': 2,
    [viewers]: 2,
    'vivarium_viewers{what="screen"}': 0,
    vivarium_console_resyncs_total: 1,
  });
  first.close();
  first.close();
  expect((await valuesOf(metrics)).get(viewers)).toBe(1);
  for await (const _ of second.output);
  expect((await valuesOf(metrics)).get(viewers)).toBe(0);
});

test('connections are counted by the way that they come', async () => {
  const metrics = new Metrics();
  const server = createServer().listen(0, '127.0.0.1');
  metrics.watch(server, 'tcp');
  const open = async (by: string) => (await valuesOf(metrics)).get(`vivarium_open_sockets{by="${by}"}`);
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(server, 'connection');
  expect([await open('tcp'), await open('unix')]).toEqual([1, 0]);
  socket.destroy();
  await vi.waitFor(async () => expect(await open('tcp')).toBe(0), { timeout: 8000 });
  server.close();
});
