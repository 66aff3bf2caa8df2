import { readFileSync, writeFileSync } from 'node:fs';
import type { Bench } from './bench.ts';
import type { Benchmark, Finding } from './benchmark.ts';
import { clockFlood, floodBytes, readFlood } from './console-flood.ts';
import { cpuTime } from './cpu-time.ts';
import { raiseVmd } from './raise-vmd.ts';
import { spreadOf } from './spread.ts';
import { idleMachine } from './tiny-machine.ts';

const name = 'watched';

/** How many look, and the milliseconds of vmd's CPU that a megabyte may take for each of them. */
const crowds = { 1: 1000, 10: 150, 100: 50 };

/** Bytes of vmd's memory. */
const memoryBar = 150e6;

export const consoleViewers: Benchmark = {
  name: 'console-viewers',
  how:
    'So many viewers on one console over WebSockets of one vmd, while the guest prints 129 KB, five times: CPU of vmd ' +
    'for each viewer and megabyte, and the most memory that it has had meanwhile (VmHWM). The first time does not count.',
  measure: async (bench) => {
    await using _machine = await idleMachine(bench, name);
    const findings: Finding[] = [];
    for (const [viewers, bar] of Object.entries(crowds)) {
      findings.push(...(await watch(bench, Number(viewers), bar)));
    }
    return findings;
  },
};

async function watch(bench: Bench, viewers: number, bar: number): Promise<Finding[]> {
  await using vmd = await raiseVmd(bench);
  using connection = vmd.connect();
  const open = () => connection.engine.machine.console({ name });
  const terminals = await Promise.all(Array.from({ length: viewers }, open));
  const outputs = terminals.map(({ output }) => resumed(output));
  const each: { cpu: number; memory: number }[] = [];
  for (let round = 0; round <= bench.rounds(5); round++) {
    const before = cpuTime(vmd.pid);
    const [first, ...others] = outputs;
    if (!first || !terminals[0]) throw new Error('nobody looks');
    const rest = Promise.all(others.map((output) => readFlood(bench, output)));
    await clockFlood(bench, terminals[0].write, first);
    await rest;
    const cpu = (cpuTime(vmd.pid) - before) / viewers / (floodBytes / 1e6);
    if (round > 0) each.push({ cpu, memory: highWaterMark(vmd.pid) });
    else writeFileSync(`/proc/${vmd.pid}/clear_refs`, '5'); // VmHWM begins anew (proc(5))
  }
  for (const terminal of terminals) terminal.close();
  const who = viewers === 1 ? 'one viewer' : `each of ${viewers} viewers`;
  return [
    {
      kind: 'duration',
      what: `vmd's CPU for a megabyte to ${who}`,
      took: spreadOf(each.map(({ cpu }) => cpu)),
      bar,
    },
    {
      kind: 'size',
      what: `vmd's memory with ${viewers === 1 ? who : `${viewers} viewers`}`,
      bytes: spreadOf(each.map(({ memory }) => memory)),
      bar: memoryBar,
    },
  ];
}

/** The same, but leaving a loop over it does not end it. */
function resumed(output: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const iterator = output[Symbol.asyncIterator]();
  return { [Symbol.asyncIterator]: () => ({ next: () => iterator.next() }) };
}

function highWaterMark(pid: number): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}
