import type { Terminal } from '../src/index.ts';
import { timeToAnswer, timeToColdAnswer } from './answer-time.ts';
import type { Bench } from './bench.ts';
import type { Benchmark } from './benchmark.ts';
import { paired } from './paired.ts';
import { repeated } from './repeated.ts';
import { buildTinyImage } from './tiny-machine.ts';

const name = 'launched';
const memory = '256M';

export const launch: Benchmark = {
  name: 'launch',
  how:
    'A tiny guest of 256 MB, of which one is kept warm: from right before `vm launch` is spawned until the new machine ' +
    'has answered a sum that is typed at its console; against `vm make` and `vm start` of the same, to whose shell the ' +
    'sum is typed as soon as its prompt is there. And in this process, from the call of `engine.machine.launch` until ' +
    'the prompt has come out of `engine.machine.console`.',
  measure: async (bench) => {
    await buildTinyImage(bench);
    bench.runVm('launch', 'tiny', name, '--memory', memory);
    await remove(bench);
    return [
      await paired(bench, {
        what: '`vm launch` of an image, to its answer',
        over: '`vm make` and `vm start`, to its answer',
        bar: 0.15,
        pairs: 20,
        ours: () => timeToLaunchedAnswer(bench),
        theirs: () => timeToMadeAnswer(bench),
      }),
      await repeated(bench, {
        what: '`engine.machine.launch`, to the prompt on its console',
        bar: 350,
        rounds: 40,
        once: () => timeToPrompt(bench),
      }),
    ];
  },
};

async function timeToLaunchedAnswer(bench: Bench): Promise<number> {
  const took = await timeToAnswer(bench, ['launch', 'tiny', name, '--memory', memory], name);
  await remove(bench);
  return took;
}

async function timeToMadeAnswer(bench: Bench): Promise<number> {
  const began = performance.now();
  bench.runVm('make', name, '--image', 'tiny', '--memory', memory);
  const made = performance.now() - began;
  const started = await timeToColdAnswer(bench, name);
  await remove(bench);
  return made + started;
}

async function timeToPrompt(bench: Bench): Promise<number> {
  const { machine } = bench.engine;
  const began = performance.now();
  await machine.launch({ image: 'tiny', names: [name], memory });
  const console = await machine.console({ name });
  await promptOn(console);
  const took = performance.now() - began;
  console.close();
  await remove(bench);
  return took;
}

/** What it shows first has the prompt at which its source was kept. */
async function promptOn({ scrollback, output }: Terminal): Promise<void> {
  let said = Buffer.from(scrollback).toString();
  for (const more = output[Symbol.asyncIterator](); !said.includes('root@'); ) {
    const { done, value } = await more.next();
    if (done) throw new Error(`there is no prompt; there came:\n${said}`);
    said += Buffer.from(value).toString();
  }
}

const remove = (bench: Bench) => bench.engine.machine.remove({ name, force: true });
