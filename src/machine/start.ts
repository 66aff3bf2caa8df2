import { mkdirSync, writeFileSync } from 'node:fs';
import { VivariumError } from '../base/errors.ts';
import { lastLines } from '../base/printable.ts';
import { quoteWord } from '../base/quote-word.ts';
import type { Scope } from '../base/scope.ts';
import { crashPoint } from '../host/crash-point.ts';
import type { StartReport } from '../protocol/views.ts';
import { explainFailure } from '../qemu/failure.ts';
import { Qmp } from '../qemu/qmp.ts';
import { readServiceStatus } from '../runit/status.ts';
import {
  control,
  endSupervisor,
  findSupervisor,
  logServiceAlive,
  spawnSupervisor,
  startSupervisor,
  supervisorAlive,
} from '../runit/supervisor.ts';
import { compile } from './compile.ts';
import { fileOf } from './files.ts';
import { goOn } from './go-on.ts';
import { clearRemains, readLife, recordFailure, recordStarting } from './life.ts';
import { checkState, locked } from './locked.ts';
import { type LogPlace, logEnd, readLogSince } from './log-file.ts';
import type { Machine } from './machine.ts';
import { planOf } from './plan.ts';
import { giveUpSaved, isSuspended } from './saved.ts';
import { killLocked } from './stop.ts';
import { wake } from './wake.ts';

/**
 * Starts a machine and returns when QEMU answers; one that is suspended goes on where it was.
 * @param cold gives the suspended state up: it boots
 * @throws `machine-state`, `qemu-failed`, `timeout`; `state-unfit`, `state-broken`, `resume-failed`, which keep the state
 */
export function start(scope: Scope, machine: Machine, { cold = false } = {}): Promise<StartReport> {
  return locked(machine, undefined, async (status) => {
    // A QEMU whose start was cut short, or one that ends: its end must not be taken for that of the next.
    if (status.state === 'suspended' && readLife(machine)) await killLocked(scope, machine);
    else if (status.unsupervised) return superviseAgain(scope, machine);
    checkState(machine, 'machine.start', status);
    if (cold) {
      await planOf(scope, machine, { cold }); // what keeps it from booting is said before anything is given up
      giveUpSaved(machine);
    }
    return await up(scope, machine, 'u');
  });
}

/**
 * For a machine that its supervisor has started by itself with a saved state: has it go on from that. Nothing is done
 * where another command has done so, or is about to.
 */
export async function continueSuspended(scope: Scope, machine: Machine): Promise<void> {
  const log = logEnd(machine);
  await locked(machine, undefined, async () => {
    if (!isSuspended(machine)) return;
    using answer = await answering(scope, machine, log);
    if (!answer) return;
    const saved = await goOn(scope, machine, answer.qmp, log);
    await wake(scope, machine, saved);
  });
}

/** Starts it for one time: with more arguments for QEMU, and not again when it ends. */
export function boot(scope: Scope, machine: Machine, args: readonly string[]): Promise<StartReport> {
  return locked(machine, 'machine.boot', () => {
    if (args.length > 0) {
      mkdirSync(fileOf(machine, 'templates'), { recursive: true });
      writeFileSync(fileOf(machine, 'once'), `${args.map(quoteWord).join(' ')}\n`, { flag: 'a' });
    }
    return up(scope, machine, 'o');
  });
}

/**
 * Under the machine's lock: from stopped to a QEMU that answers, and goes on where it was if it is suspended.
 * @param how to have it run: again and again, once; or `at once`, for a machine that nobody has seen yet and that has
 * no file `down`: its supervisor needs not be told, and its guest is still to be woken
 * @param gate is waited for before the first step of one that goes on
 */
export async function up(
  scope: Scope,
  machine: Machine,
  how: 'u' | 'o' | 'at once',
  gate?: () => Promise<void>,
): Promise<StartReport> {
  const began = performance.now();
  const plan = await compile(scope, machine);
  crashPoint('start: compiled');
  clearRemains(machine);
  recordStarting(machine);
  crashPoint('start: marked');
  const place = logEnd(machine);
  if (how === 'at once') {
    await spawnSupervisor(machine.directory, machine.home.env);
  } else {
    await superviseAnew(scope, machine);
    crashPoint('start: supervised');
    control(machine.directory, how);
  }
  crashPoint('start: told');
  using answer = await answering(scope, machine, place);
  crashPoint('start: answered');
  if (answer) {
    const { pid, qmp } = answer;
    if (plan.saved) {
      await goOnOrEnd(scope, machine, qmp, place, gate);
      if (how !== 'at once') await wake(scope, machine, plan.saved);
    }
    const { accelerator, saved } = plan;
    const took = performance.now() - began;
    return { name: machine.name, pid, accelerator, ...(saved && { resumed: true as const }), took };
  }
  const by = findSupervisor(machine.directory)?.by;
  control(machine.directory, by === 'runsvdir' ? 'd' : 'x'); // no further try
  await downForGood(scope, machine, by);
  const said = await lastWords(scope, machine, place);
  recordFailure(machine, said[0] ?? 'QEMU ended at once, without a word');
  throw new VivariumError('qemu-failed', { name: machine.name, said, ...explainFailure(said, plan.parts) });
}

/** A QEMU that could not take up the state is of no use. */
async function goOnOrEnd(
  scope: Scope,
  machine: Machine,
  qmp: Qmp,
  place: LogPlace,
  gate: (() => Promise<void>) | undefined,
): Promise<void> {
  try {
    await goOn(scope, machine, qmp, place, gate);
  } catch (error) {
    if (isSuspended(machine)) await killLocked(scope.within(10_000), machine).catch(() => {});
    throw error;
  }
}

/** A new supervisor for a QEMU whose old one was killed: its `run` finds QEMU and waits for it. */
async function superviseAgain(scope: Scope, machine: Machine): Promise<StartReport> {
  const began = performance.now();
  const { accelerator } = await compile(scope, machine);
  await startSupervisor(scope, machine.directory, machine.home.env);
  control(machine.directory, 'u');
  using answer = await answering(scope, machine, logEnd(machine));
  return { name: machine.name, pid: answer?.pid ?? 0, accelerator, took: performance.now() - began };
}

/** A QEMU that answers. */
interface Answer extends Disposable {
  pid: number;
  qmp: Qmp;
}

/** QEMU once it answers; undefined where it ended before it did. */
async function answering(scope: Scope, machine: Machine, place: LogPlace): Promise<Answer | undefined> {
  const { answer } = await scope.until(
    async () => {
      const life = readLife(machine);
      if (life?.word === 'starting') return undefined;
      if (life?.word !== 'running') return { answer: undefined };
      const qmp = await Qmp.connect(fileOf(machine, 'engine'), scope.left).catch(() => undefined);
      if (!qmp) return undefined;
      return { answer: { pid: life.process.pid, qmp, [Symbol.dispose]: () => qmp[Symbol.dispose]() } };
    },
    () => ({
      awaited: `QEMU of ${machine.name} to answer`,
      lines: lastLines(readLogSince(machine, place).bytes.toString(), 5),
      hint: `See how it is: vm status ${machine.name}   Or end it: vm kill ${machine.name}`,
    }),
    { every: 3 },
  );
  return answer;
}

/** A runsvdir's supervisor stays, one of ours is gone then. */
async function downForGood(
  scope: Scope,
  { directory, name }: Machine,
  by: 'runsvdir' | 'vm' | undefined,
): Promise<void> {
  const down = () => {
    if (by !== 'runsvdir') endSupervisor(directory);
    return by === 'runsvdir' ? readServiceStatus(directory)?.state === 'down' : !supervisorAlive(directory);
  };
  await scope
    .until(
      () => down() || undefined,
      () => ({ awaited: 'the supervisor', lines: [], hint: '' }),
      {
        every: 3,
        within: 5000,
      },
    )
    .catch(() => scope.warn(`the supervisor of ${name} does not go; see: vm sv status ${name}`));
}

/**
 * What was said before the end. The line of `finish` is the last of it, and it comes through a pipe: where it does not
 * come, as on a full disk, the log service ends behind its supervisor.
 */
async function lastWords(scope: Scope, machine: Machine, place: LogPlace): Promise<string[]> {
  const said = () => readLogSince(machine, place).bytes.toString();
  const complete = () =>
    said().includes('vivarium: QEMU was') || !logServiceAlive(machine.directory) || undefined;
  await scope
    .until(complete, () => ({ awaited: 'the log', lines: [], hint: '' }), { every: 3, within: 5000 })
    .catch(() => {}); // a runsvdir's goes on: then there is nothing to quote
  const lines = lastLines(said(), 12);
  const of = (own: boolean) => lines.filter((line) => line.startsWith('vivarium:') === own);
  return of(false).length > 0 ? of(false) : of(true);
}

/** A runsvdir's runsv is used as it is. One that is left over and about to go is waited for, not joined. */
async function superviseAnew(scope: Scope, machine: Machine): Promise<void> {
  const there = findSupervisor(machine.directory);
  if (there?.by === 'runsvdir') return;
  if (there) {
    await supervisorGone(scope, machine);
  }
  await startSupervisor(scope, machine.directory, machine.home.env);
}

async function supervisorGone(scope: Scope, machine: Machine): Promise<void> {
  await scope.until(
    () => {
      endSupervisor(machine.directory);
      return !supervisorAlive(machine.directory) || undefined;
    },
    () => ({
      awaited: `the old supervisor of ${machine.name} to go`,
      lines: [],
      hint: `See what it does: vm sv status ${machine.name}`,
    }),
    { every: 2, within: 10_000 },
  );
}
