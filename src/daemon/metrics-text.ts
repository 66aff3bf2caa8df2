import { readdirSync } from 'node:fs';
import { Counter, Gauge, Registry } from 'prom-client';
import { Scope } from '../base/scope.ts';
import { identityOf } from '../host/process-identity.ts';
import { processUsage } from '../host/process-usage.ts';
import type { Engine } from '../protocol/engine.ts';
import { type MachineView, machineStates } from '../protocol/views.ts';

/** What is counted while vmd runs. */
export interface Counts {
  /** By operation and result, which a space parts. */
  requests: Map<string, number>;
  viewers: { console: number; screen: number };
  resyncs: number;
  sockets: { unix: number; tcp: number };
}

/** Milliseconds that a look at all machines may take. */
const patience = 10_000;

/** All in Prometheus' text format: of vmd itself, what others do with it among that, only the administrator is told. */
export async function metricsText(counts: Counts, engine: Engine): Promise<string> {
  const registry = new Registry();
  if ((await engine.token.self({})).scope === 'admin') {
    countMetrics(registry, counts);
    processMetrics(registry);
  }
  await machineMetrics(registry, engine);
  return await registry.metrics();
}

/** What was counted while vmd ran. */
function countMetrics(registry: Registry, { requests, viewers, resyncs, sockets }: Counts): void {
  const asked = new Counter({
    name: 'vivarium_requests_total',
    help: 'Operations that were asked for, by what came of them: ok, or the code of an error.',
    labelNames: ['operation', 'result'],
    registers: [registry],
  });
  for (const [key, count] of requests) {
    const [operation = '', result = ''] = key.split(' ');
    asked.inc({ operation, result }, count);
  }
  const looking = gauge(registry, 'vivarium_viewers', 'Who looks at a console or a screen now.', 'what');
  for (const [what, count] of Object.entries(viewers)) looking.set({ what }, count);
  new Counter({
    name: 'vivarium_console_resyncs_total',
    help: 'Viewers that fell behind their console, and got it anew as it then was.',
    registers: [registry],
  }).inc(resyncs);
  const open = gauge(registry, 'vivarium_open_sockets', 'Connections to vmd.', 'by');
  for (const [by, count] of Object.entries(sockets)) open.set({ by }, count);
}

/** How machines are now, and what they take of the host. Names as Prometheus has them: base units, `_total` for what only grows. */
async function machineMetrics(registry: Registry, engine: Engine): Promise<void> {
  const scope = new Scope({ timeout: patience });
  const [machines, usages] = await Promise.all([machinesOf(engine), engine.machine.usage({}, scope)]);
  const byState = gauge(registry, 'vivarium_machines', 'Machines by their state.', 'state');
  for (const state of machineStates) {
    byState.set({ state }, machines.filter((machine) => machine.state === state).length);
  }
  const up = gauge(registry, 'vivarium_machine_up', 'Whether the QEMU of a machine runs.', 'machine');
  const since = gauge(registry, 'vivarium_machine_uptime_seconds', 'How long it has run.', 'machine');
  for (const { name: machine, pid, uptime } of machines) {
    up.set({ machine }, pid === undefined ? 0 : 1);
    if (uptime !== undefined) since.set({ machine }, uptime / 1000);
  }
  const cpu = counter(registry, 'vivarium_machine_cpu_seconds_total', 'CPU time that QEMU has used.');
  const resident = gauge(
    registry,
    'vivarium_machine_resident_memory_bytes',
    'Memory that QEMU has in use.',
    'machine',
  );
  const memory = gauge(registry, 'vivarium_machine_memory_bytes', 'Memory that the guest has.', 'machine');
  const read = counter(registry, 'vivarium_machine_disk_read_bytes_total', 'What QEMU has read from disks.');
  const written = counter(
    registry,
    'vivarium_machine_disk_written_bytes_total',
    'What QEMU has written to disks.',
  );
  for (const { name: machine, ...usage } of usages) {
    cpu.inc({ machine }, usage.cpu / 1000);
    resident.set({ machine }, usage.resident);
    memory.set({ machine }, usage.memory);
    if (usage.read !== undefined) read.inc({ machine }, usage.read);
    if (usage.written !== undefined) written.inc({ machine }, usage.written);
  }
}

/**
 * Those of this process, under the names that every client of Prometheus has for them. (prom-client's own would wake
 * an idle process a hundred times in a second, to time its event loop.)
 */
function processMetrics(registry: Registry): void {
  const me = identityOf(process.pid);
  const used = me && processUsage(me);
  const plain = (name: string, help: string, value: number) =>
    new Gauge({ name, help, registers: [registry] }).set(value);
  const cpu = new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Total user and system CPU time spent in seconds.',
    registers: [registry],
  });
  cpu.inc((used?.cpu ?? 0) / 1000);
  plain('process_resident_memory_bytes', 'Resident memory size in bytes.', used?.resident ?? 0);
  plain('process_open_fds', 'Number of open file descriptors.', readdirSync('/proc/self/fd').length);
  const started = (Date.now() - performance.now()) / 1000;
  plain('process_start_time_seconds', 'Start time of the process since unix epoch in seconds.', started);
  plain(
    'nodejs_heap_size_used_bytes',
    'Process heap size used from Node.js in bytes.',
    process.memoryUsage().heapUsed,
  );
}

/** What somebody who listens is told first: it costs next to nothing while others listen as well. */
async function machinesOf(engine: Engine): Promise<MachineView[]> {
  for await (const change of await engine.host.events({}, new Scope({ timeout: patience }))) {
    if (change.kind === 'machines') return change.machines;
  }
  return [];
}

const gauge = <Label extends string>(registry: Registry, name: string, help: string, label: Label) =>
  new Gauge({ name, help, labelNames: [label], registers: [registry] });

const counter = (registry: Registry, name: string, help: string) =>
  new Counter({ name, help, labelNames: ['machine'], registers: [registry] });
