import { Scope } from '../src/index.ts';
import { awaitPrompt, logOf } from './await-prompt.ts';
import { awaitQuiet } from './await-quiet.ts';
import type { Bench } from './bench.ts';
import { buildTinyImage } from './tiny-machine.ts';

/** How many machines there are, and how many of them run. */
export const fleetSize = 1000;
export const fleetRunning = 20;

/** MiB of memory of each. */
export const fleetMemory = 128;

export interface Fleet {
  /** The machines that run: name, and QEMU's pid. */
  running: { name: string; pid: number }[];
}

const fleets = new WeakMap<Bench, Promise<Fleet>>();

/** A thousand machines, twenty of them idling at their prompt; raised once for a run, and ended with it. */
export function fleetOf(bench: Bench): Promise<Fleet> {
  const fleet = fleets.get(bench) ?? raise(bench);
  fleets.set(bench, fleet);
  return fleet;
}

async function raise(bench: Bench): Promise<Fleet> {
  await buildTinyImage(bench);
  bench.say(`making ${fleetSize} machines`);
  const names = Array.from({ length: fleetSize }, (_, index) => `fleet-${String(index).padStart(4, '0')}`);
  for (const name of names) {
    bench.signal.throwIfAborted();
    await bench.engine.machine.make({ name, image: 'tiny', memory: `${fleetMemory}M` });
  }
  bench.say(`starting ${fleetRunning} of them`);
  const running: Fleet['running'] = [];
  const step = fleetSize / fleetRunning;
  for (const name of names.filter((_, index) => index % step === 0)) {
    const scope = new Scope({ timeout: 120_000, signal: bench.signal });
    const { pid } = await bench.engine.machine.start({ name }, scope);
    running.push({ name, pid });
    await awaitPrompt(bench, logOf(bench, name));
  }
  await awaitQuiet(
    running.map(({ pid }) => pid),
    bench.signal,
  );
  const listed = await bench.engine.machine.list({});
  const up = listed.filter(({ state }) => state === 'running').length;
  if (listed.length !== fleetSize || up !== fleetRunning) {
    throw new Error(`the fleet is not as it should be: ${listed.length} machines, ${up} running`);
  }
  return { running };
}
