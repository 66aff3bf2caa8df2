import { PassThrough } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { isVivariumError, VivariumError } from '../base/errors.ts';
import { Scope } from '../base/scope.ts';
import type { CommandEnd, ExecResult, Execution } from '../protocol/views.ts';
import { AgentRefusal, type GuestAgent } from '../qemu/guest-agent.ts';
import { closeGuestFile, endOfProgram, type GuestEnd } from '../qemu/guest-commands.ts';
import { asAgentFailed, inTurns, requireAgent, type Turn, withAgent } from './agent.ts';
import { type Input, makeInputRoom, writeInput } from './exec-input.ts';
import { drain } from './exec-output.ts';
import { killRun, type Program, type Run, runShell, startRun } from './guest-run.ts';
import { checkState } from './locked.ts';
import type { Machine } from './machine.ts';
import { statusOf } from './status.ts';

/** Milliseconds between two looks at a command that says nothing: the first, and the longest. */
const shortest = 4;
const longest = 250;

/** Milliseconds to kill what runs in the guest, and to tidy up. */
const afterwards = 15_000;

/** Bytes of output that `exec` keeps; `spawn` has no limit. */
const collected = 64 * 2 ** 20;

/**
 * Runs a command in the guest by way of its agent, and returns when it was started. Where the scope aborts or the
 * output is left early, what runs there is killed.
 * @throws `machine-state`, `agent-missing`, `agent-failed`; `end` and `output` the same, and `timeout`, `interrupted`
 */
export async function spawn(
  scope: Scope,
  machine: Machine,
  { input, ...program }: Program & { input?: Input | undefined },
): Promise<Execution> {
  checkState(machine, 'machine.spawn', await statusOf(machine));
  await requireAgent(scope, machine);
  const output = new PassThrough({ objectMode: true, highWaterMark: 16 });
  const started = Promise.withResolvers<void>();
  const end = follow(scope, machine, program, input, output, started.resolve);
  end.then(
    () => output.end(),
    (error) => output.destroy(error),
  );
  output.on('error', () => {}); // whoever reads it is told, and `end` tells as well
  await Promise.race([started.promise, end]);
  return { output, end };
}

/** The same to its end, with what it wrote as text. @throws `agent-failed` where that is more than 64 MiB */
export async function exec(
  scope: Scope,
  machine: Machine,
  program: Program & { input?: Input | undefined },
): Promise<ExecResult> {
  const { output, end } = await spawn(scope, machine, program);
  const texts = { stdout: '', stderr: '' };
  const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  let length = 0;
  for await (const { stream, bytes } of output) {
    length += bytes.length;
    if (length > collected) {
      const said = 'the command wrote more than 64M, which machine.spawn takes as it comes';
      throw new VivariumError('agent-failed', { name: machine.name, said });
    }
    texts[stream] += decoders[stream].write(Buffer.from(bytes));
  }
  const ended = await end;
  return {
    stdout: texts.stdout + decoders.stdout.end(),
    stderr: texts.stderr + decoders.stderr.end(),
    ...ended,
  };
}

/** From the first word with the agent to the last. */
async function follow(
  scope: Scope,
  machine: Machine,
  program: Program,
  input: Input | undefined,
  output: PassThrough,
  started: () => void,
): Promise<CommandEnd> {
  let rooms: string[] = [];
  let run: Run | undefined;
  let ended: GuestEnd | undefined;
  let pause = shortest;
  const look = async (agent: GuestAgent): Promise<Turn<CommandEnd>> => {
    // To its end: what was begun and has no name yet, nobody could kill.
    run ??= await agent.whole(() => startRun(agent, program, rooms[0] && `${rooms[0]}/in`));
    started();
    if (output.destroyed) throw new VivariumError('interrupted', {});
    const [end, moved] = await Promise.all([
      ended ?? endOfProgram(agent, run.pid), // asked before the rest is read
      drain(agent, run, output),
    ]);
    ended = end;
    if (ended && moved === 'none') {
      await closeOutputs(agent, run);
      return { done: conclude(ended, output) };
    }
    pause = moved === 'some' ? shortest : Math.min(pause * 1.5, longest);
    return { again: pause };
  };
  try {
    if (input !== undefined) {
      rooms = [await makeInputRoom(scope, machine)];
      await writeInput(scope, machine, `${rooms[0]}/in`, input);
    }
    return await inTurns(scope, machine, look);
  } catch (error) {
    if (run && !ended) await killAfterwards(scope, machine, run, program.command);
    const notFound = !run && error instanceof AgentRefusal && /failed to execute/i.test(error.message);
    if (!notFound) throw asAgentFailed(machine, error);
    output.write({ stream: 'stderr', bytes: Buffer.from(`${error.message}\n`) });
    return { code: 127 };
  } finally {
    await tidyAfterwards(machine, run, rooms);
  }
}

async function closeOutputs(agent: GuestAgent, run: Run): Promise<void> {
  await Promise.all(run.outputs.splice(0).map(({ file }) => closeGuestFile(agent, file)));
}

/** What the agent itself has kept is told at the end. @throws AgentRefusal where that is not all */
function conclude({ code, signal, stdout, stderr, truncated }: GuestEnd, output: PassThrough): CommandEnd {
  if (truncated) throw new AgentRefusal('the command wrote more than the 16M that the agent keeps of it');
  if (stdout.length > 0) output.write({ stream: 'stdout', bytes: stdout });
  if (stderr.length > 0) output.write({ stream: 'stderr', bytes: stderr });
  return signal === undefined ? { code: code ?? 0 } : { code: 128 + signal, signal };
}

async function killAfterwards(
  scope: Scope,
  machine: Machine,
  run: Run,
  command: readonly string[],
): Promise<void> {
  const what = `${command[0]} in ${machine.name}`;
  try {
    await withAgent(new Scope({ timeout: afterwards }), machine, (agent) => killRun(agent, run));
    scope.warn(`${what} was killed`);
  } catch (error) {
    scope.warn(`${what} may still run: ${(error as Error).message}`);
  }
  scope.check(() => ({
    awaited: `${what} to end`,
    lines: [],
    hint: 'Allow it more time: --timeout 1h',
  }));
}

/** A guest that is on its way down, or whose agent is gone, keeps nothing of this beyond its next boot. */
async function tidyAfterwards(machine: Machine, run: Run | undefined, rooms: string[]): Promise<void> {
  if (rooms.length === 0 && !run?.outputs.length) return;
  const tidy = withAgent(new Scope({ timeout: afterwards }), machine, async (agent) => {
    if (run) await closeOutputs(agent, run);
    if (rooms.length > 0) await runShell(agent, 'rm -rf "$@"', rooms);
  });
  await tidy.catch((error: unknown) => {
    if (!isVivariumError(error) && !(error instanceof AgentRefusal)) throw error;
  });
}
