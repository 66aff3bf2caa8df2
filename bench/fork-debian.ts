import { timeToForkAnswer } from './answer-time.ts';
import { awaitPrompt, logOf } from './await-prompt.ts';
import { awaitQuiet } from './await-quiet.ts';
import type { Bench } from './bench.ts';
import type { Benchmark } from './benchmark.ts';
import { supervisorGone } from './boot-time.ts';
import { awaitAnswer, consoleOf } from './console-answer.ts';
import { debianMachine } from './debian-machine.ts';
import { paired } from './paired.ts';

const login = ' login: ';

/** Root has no password. */
const logIn = { command: 'root', answer: 'root@' };
const uname = { command: 'echo it is $(uname)', answer: 'it is Linux' };

export const forkDebian: Benchmark = {
  name: 'fork-debian',
  how:
    'The Debian image with 2 GB and 2 CPUs, root logged in at its console: from right before `vm fork` is spawned ' +
    'until the fork has answered `uname` there; against `vm start` of such a machine until it asks who logs in.',
  measure: async (bench) => {
    await using _cold = await debianMachine(bench, 'cold');
    bench.runVm('stop', 'cold');
    await using _source = await debianMachine(bench, 'source');
    await awaitPrompt(bench, logOf(bench, 'source'), 'beginning', login);
    await awaitAnswer(bench, consoleOf(bench, 'source'), logIn);
    const { pid } = await bench.engine.machine.status({ name: 'source' });
    await awaitQuiet([pid as number], bench.signal);
    await bench.engine.snapshot.create({ name: 'source', snapshot: 'kept' });
    const compare = (what: string, from: string) =>
      paired(bench, {
        what: `\`vm fork\` of ${what}, to its answer`,
        over: '`vm start`, to its login',
        bar: 0.04,
        pairs: 5,
        warmUps: 1,
        ours: () => timeToForkAnswer(bench, from, uname),
        theirs: () => timeToLogin(bench, 'cold'),
      });
    return [
      await compare('Debian that runs', 'source'),
      await compare('a snapshot of Debian', 'source@kept'),
    ];
  },
};

/** It is shut down afterwards: a disk that is cut off has its next boot repair it. */
async function timeToLogin(bench: Bench, name: string): Promise<number> {
  const asked = awaitPrompt(bench, logOf(bench, name), 'end', login);
  const began = performance.now();
  bench.runVm('start', name);
  await asked;
  const took = performance.now() - began;
  bench.runVm('stop', name);
  await supervisorGone(`${bench.vmdir}/${name}`);
  return took;
}
