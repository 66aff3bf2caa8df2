import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { Scope } from '../src/index.ts';
import type { Benchmark } from './benchmark.ts';
import { raiseVmd } from './raise-vmd.ts';
import { spreadOf } from './spread.ts';
import { buildTinyImage } from './tiny-machine.ts';

/** Machines that there are, and how many of them run. */
const machines = 100;
const running = 5;

/** Milliseconds that are looked at, and looks in a full run. */
const span = 5000;
const looks = 6;

/** Ticks of /proc/PID/stat are hundredths of a second in every Linux ABI of today. */
const tick = 10;

export const serviceIdle: Benchmark = {
  name: 'service-idle',
  how:
    `A vmd with ${machines} machines of which ${running} run, with somebody who listens to its events and without: ` +
    'the CPU time that it takes in a second (5 ms are 0.5 % of a core), and its resident memory; each after a call of every kind of look.',
  measure: async (bench) => {
    await buildTinyImage(bench);
    const names = Array.from({ length: machines }, (_, index) => `idle-${index}`);
    for (const name of names) await bench.engine.machine.make({ name, image: 'tiny', memory: '128M' });
    for (const name of names.slice(0, running)) await bench.engine.machine.start({ name });
    await using vmd = await raiseVmd(bench);
    using connection = vmd.connect();
    await connection.engine.machine.list({});
    const idle = [];
    const memory = [];
    const listening = [];
    for (let look = 0; look < bench.rounds(looks); look++) {
      idle.push(await cpuOf(vmd.pid));
      memory.push(residentOf(vmd.pid));
    }
    const left = new AbortController();
    const endless = new Scope({ timeout: Number.MAX_SAFE_INTEGER, signal: left.signal });
    const heard = drain(await connection.engine.host.events({}, endless));
    for (let look = 0; look < bench.rounds(looks); look++) listening.push(await cpuOf(vmd.pid));
    left.abort();
    await heard;
    for (const name of names) await bench.engine.machine.remove({ name, force: true });
    return [
      { kind: 'duration', what: 'CPU of an idle vmd, in a second', took: spreadOf(idle), bar: 5 },
      {
        kind: 'duration',
        what: 'the same with one who listens to events',
        took: spreadOf(listening),
        bar: 5,
      },
      { kind: 'size', what: 'memory of an idle vmd', bytes: spreadOf(memory), bar: 90e6 },
    ];
  },
};

/** Milliseconds of CPU in a second, over some seconds. */
async function cpuOf(pid: number): Promise<number> {
  const before = used(pid);
  await setTimeout(span);
  return ((used(pid) - before) * 1000) / span;
}

function used(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * tick;
}

/** Bytes of resident memory. */
function residentOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

async function drain(events: AsyncIterable<unknown>): Promise<void> {
  try {
    for await (const _ of events);
  } catch {
    // it was left
  }
}
