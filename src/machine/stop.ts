import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf, isVivariumError, VivariumError } from '../base/errors.ts';
import { lastLines } from '../base/printable.ts';
import type { Scope } from '../base/scope.ts';
import { crashPoint } from '../host/crash-point.ts';
import { requireTool } from '../host/find-tool.ts';
import { lock } from '../host/lock.ts';
import { isAlive, type ProcessIdentity } from '../host/process-identity.ts';
import type { StopReport, StopStep } from '../protocol/views.ts';
import { Qmp } from '../qemu/qmp.ts';
import { readServiceStatus } from '../runit/status.ts';
import { control, endSupervisor, findSupervisor, supervisorAlive } from '../runit/supervisor.ts';
import { fileOf } from './files.ts';
import { clearRemains, isLiving, readLife } from './life.ts';
import { locked } from './locked.ts';
import { readLogTail } from './log-file.ts';
import type { Machine } from './machine.ts';
import { giveUpSaved } from './saved.ts';

type How = 'ladder' | 'quit' | 'kill';

/** Powers a machine off by the ladder, or with `now` by QEMU's `quit`. A machine that is down stays so. */
export function stop(scope: Scope, machine: Machine, now: boolean): Promise<StopReport> {
  return end(scope, machine, 'machine.stop', now ? 'quit' : 'ladder');
}

/** As a power cut: QEMU has no time to write anything. */
export function kill(scope: Scope, machine: Machine): Promise<StopReport> {
  return end(scope, machine, 'machine.kill', 'kill');
}

/** The lock is held to begin with only: a stop that takes long does not keep anybody from a kill. */
async function end(
  scope: Scope,
  machine: Machine,
  operation: 'machine.stop' | 'machine.kill',
  how: How,
): Promise<StopReport> {
  const ending = await locked(machine, operation, async ({ state, pid }) => {
    if (state === 'suspended' && pid === undefined) giveUpState(machine, how);
    return await begin(scope, machine, how);
  });
  return await ending.done();
}

/** A suspended machine is down, but its guest has not powered off: only a power cut does not mind. */
function giveUpState(machine: Machine, how: How): void {
  const { name } = machine;
  if (how === 'kill') {
    giveUpSaved(machine);
    return;
  }
  const next = `Have it go on: vm start ${name}   Or give up where it was: vm kill ${name}`;
  throw new VivariumError('machine-state', { name, state: 'suspended', verb: 'powered off', next });
}

/** Under the machine's lock: kills it, whatever it is doing. */
export async function killLocked(scope: Scope, machine: Machine): Promise<void> {
  const ending = await begin(scope, machine, 'kill');
  await ending.done();
}

/** Under the machine's lock: has QEMU end, whatever its guest does. */
export async function quitLocked(scope: Scope, machine: Machine): Promise<void> {
  const ending = await begin(scope, machine, 'quit');
  await ending.done();
}

/** Sets the machine on its way down. `done` resolves when no QEMU is left, and no supervisor but a runsvdir's. */
async function begin(scope: Scope, machine: Machine, how: How): Promise<{ done(): Promise<StopReport> }> {
  const began = Date.now();
  const life = readLife(machine);
  const qemu = isLiving(machine, life) && life.word === 'running' ? life.process : undefined;
  const supervisor = findSupervisor(machine.directory);
  const steps: StopStep[] = [];
  if (how === 'ladder') {
    if (qemu) requireTool('socat', 'to ask a guest to power off; without it there is only vm stop --now');
    rmSync(fileOf(machine, 'noLadder'), { force: true });
    if (supervisor) control(machine.directory, 'd');
    else if (qemu) climbUnsupervised(machine);
  } else {
    if (supervisor) {
      writeFileSync(fileOf(machine, 'noLadder'), '');
      control(machine.directory, 'd');
      crashPoint('quit: told');
    }
    if (qemu) steps.push(...(await insist(scope, machine, qemu, how, began)));
    // What a `run` that is not ours has started. Where QEMU has just ended, `finish` comes next: a `k` that is read
    // before that would keep runsv from ever running it.
    else if (supervisor && life?.word !== 'running') control(machine.directory, 'k');
  }
  crashPoint('stop: told');
  const done = async () => {
    await isDown(scope, machine, qemu, supervisor?.by, (ladder) =>
      report(scope, machine, ladder, steps, began),
    );
    crashPoint('stop: down');
    if (how === 'ladder') await ladderClimbed(machine);
    clearRemains(machine);
    return { name: machine.name, steps };
  };
  return { done };
}

/** `quit`, which lets QEMU write its caches out, and a second later, or at once for `kill`, SIGKILL. */
async function insist(
  scope: Scope,
  machine: Machine,
  qemu: ProcessIdentity,
  how: 'quit' | 'kill',
  began: number,
): Promise<StopStep[]> {
  const steps: StopStep[] = [];
  const take = (step: StopStep['step']) => {
    steps.push({ step, at: Date.now() - began });
    scope.step(`${machine.name}: ${stepTexts[step]}`);
  };
  if (how === 'quit') {
    take('quit');
    using qmp = await Qmp.connect(fileOf(machine, 'engine'), 1000).catch(() => undefined);
    qmp?.execute('quit').catch(() => {}); // the connection ends with QEMU
    const gone = () => !isAlive(qemu) || undefined;
    const ended = await scope
      .until(gone, () => ({ awaited: 'QEMU to quit', lines: [], hint: '' }), { every: 5, within: 1000 })
      .catch((error) => {
        if (isVivariumError(error, 'timeout')) return false;
        throw error;
      });
    if (ended) return steps;
  }
  take('kill');
  try {
    if (isAlive(qemu)) process.kill(qemu.pid, 'SIGKILL');
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error; // it has just gone by itself
  }
  return steps;
}

const stepTexts = {
  powerdown: 'pressed the power button',
  quit: 'told QEMU to quit',
  kill: 'killed QEMU',
};

/** The ladder for a QEMU whose supervisor was killed: nobody else would climb it. */
function climbUnsupervised(machine: Machine): void {
  spawn('./control/t', { cwd: machine.directory, detached: true, stdio: 'ignore' }).unref();
}

/** Whoever climbs holds the directory of the ladder, and sees QEMU's end a moment after us. */
async function ladderClimbed(machine: Machine): Promise<void> {
  const ladder = dirname(fileOf(machine, 'controlT'));
  if (!existsSync(ladder)) return;
  using _ = await lock(ladder, { wait: 1000 });
}

async function isDown(
  scope: Scope,
  machine: Machine,
  qemu: ProcessIdentity | undefined,
  supervisor: 'runsvdir' | 'vm' | undefined,
  look: (ladder: string) => void,
): Promise<void> {
  await scope.until(
    () => {
      look(readLadder(machine));
      if (qemu && isAlive(qemu)) return undefined;
      if (!supervisorAlive(machine.directory)) return true;
      if (readServiceStatus(machine.directory)?.state !== 'down') return undefined;
      if (supervisor === 'runsvdir') return true;
      endSupervisor(machine.directory);
      return undefined;
    },
    () => ({
      awaited: `${machine.name} to power off`,
      lines: lastLines(readLogTail(machine, 8192).bytes.toString(), 5),
      hint: `It goes on stopping. Insist: vm stop --now ${machine.name}`,
    }),
    { every: 10 },
  );
}

/** Tells each rung of the ladder once. */
function report(scope: Scope, machine: Machine, ladder: string, steps: StopStep[], began: number): void {
  const lines = ladder.split('\n').filter((line) => line !== '');
  for (const line of lines.slice(steps.length)) {
    const [step, at] = line.split(' ') as [StopStep['step'], string];
    steps.push({ step, at: Math.max(0, Number(at) - began) });
    scope.step(`${machine.name}: ${stepTexts[step]}`);
  }
}

function readLadder(machine: Machine): string {
  try {
    return readFileSync(fileOf(machine, 'ladder'), 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return '';
    throw error;
  }
}
