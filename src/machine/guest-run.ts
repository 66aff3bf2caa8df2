import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { packageFile } from '../host/package-files.ts';
import { AgentRefusal, type GuestAgent } from '../qemu/guest-agent.ts';
import {
  endOfProgram,
  type GuestEnd,
  type GuestFile,
  openGuestFile,
  startProgram,
} from '../qemu/guest-commands.ts';

/** A command for a guest, as its shell runs it. */
export interface Program {
  command: readonly string[];
  /** Absent: root, or whoever the agent is. */
  user?: string | undefined;
  /** `K=V` */
  env?: readonly string[] | undefined;
  cwd?: string | undefined;
}

/** A file of the guest that what runs there appends to. It has no name any more; the agent holds it open for us. */
export interface Written {
  stream: 'stdout' | 'stderr';
  /** The name that it had. */
  path: string;
  file: GuestFile;
  /** Bytes that were read of it, and those of them whose space the guest has got back. */
  read: number;
  freed: number;
}

/** A command that was started in a guest. */
export interface Run {
  pid: number;
  /** None where the guest has no shell or the agent no files: then the agent keeps what it writes to the end. */
  outputs: Written[];
  /** Stopped by us, as more was written than could be read. */
  halted: boolean;
}

/** Where only root may look. /run is gone at the next boot, and writable where the disk is full or read only. */
const room = '/run/vivarium';

/**
 * Starts a command in the guest.
 * @param input a file of the guest that it reads as standard input
 * @throws AgentRefusal
 */
export async function startRun(agent: GuestAgent, program: Program, input = '/dev/null'): Promise<Run> {
  const outputs = await openOutputs(agent).catch(refused);
  if (!outputs) return await startCaptured(agent, program);
  const { command, user = '', env = [], cwd = '' } = program;
  const paths = outputs.map(({ path }) => path);
  const arg = ['-c', script('exec'), 'sh', ...paths, input, user, cwd, ...env, '--', ...command];
  const own = { path: 'setsid', arg: ['/bin/sh', ...arg] };
  const pid = await startProgram(agent, own).catch(refused);
  const direct = async () => await startProgram(agent, { path: '/bin/sh', arg });
  return { pid: pid ?? (await direct()), outputs, halted: false };
}

/** Halts what runs, or lets it go on: with all that it has started where it leads a process group, as behind setsid. */
export async function signalRun(agent: GuestAgent, run: Run, signal: 'STOP' | 'CONT'): Promise<void> {
  await runShell(agent, 'kill -s "$1" -- "-$2" || kill -s "$1" -- "$2"', [signal, String(run.pid)]);
}

/** Asks what runs to end, and kills it a second later. What the agent has kept of it is forgotten. */
export async function killRun(agent: GuestAgent, run: Run): Promise<void> {
  await runShell(agent, script('kill'), [String(run.pid), ...run.outputs.map(({ path }) => path)]);
  await awaitEnd(agent, run.pid);
}

/** Gives the guest back the space of what was read. A guest that cannot do that keeps it to the end. */
export async function freeRead(agent: GuestAgent, output: Written): Promise<void> {
  await runShell(agent, script('free'), [String(output.read), output.path]);
  output.freed = output.read;
}

/** Runs a few lines of shell that end soon. @throws AgentRefusal where the guest has no shell */
export async function runShell(agent: GuestAgent, text: string, args: readonly string[]): Promise<GuestEnd> {
  const arg = ['-c', text, 'sh', ...args];
  return await awaitEnd(agent, await startProgram(agent, { path: '/bin/sh', arg, capture: true }));
}

async function awaitEnd(agent: GuestAgent, pid: number): Promise<GuestEnd> {
  for (let pause = 2; ; pause = Math.min(pause * 1.5, 100)) {
    const end = await endOfProgram(agent, pid);
    if (end) return end;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

async function openOutputs(agent: GuestAgent): Promise<Written[]> {
  const open = async (stream: Written['stream'], path: string): Promise<Written> => ({
    stream,
    path,
    file: await openGuestFile(agent, path, 'w+'),
    read: 0,
    freed: 0,
  });
  const path = `${room}/${randomBytes(12).toString('hex')}`;
  const both = () => Promise.all([open('stdout', `${path}.out`), open('stderr', `${path}.err`)]);
  return await both().catch(async (error) => {
    if (!(error instanceof AgentRefusal)) throw error;
    await runShell(agent, 'mkdir -p -m 700 "$1"', [room]);
    return await both();
  });
}

/** Without a shell: a Windows guest, or an agent that is allowed little. */
async function startCaptured(agent: GuestAgent, { command, user, env, cwd }: Program): Promise<Run> {
  if (user !== undefined || env !== undefined || cwd !== undefined) {
    throw new AgentRefusal(
      'a user, a directory or an environment needs a guest with /bin/sh, and an agent that opens files',
    );
  }
  const [path = '', ...arg] = command;
  const pid = await startProgram(agent, { path, arg, capture: true });
  return { pid, outputs: [], halted: false };
}

function script(name: 'exec' | 'kill' | 'free'): string {
  return readFileSync(packageFile(`guest/reach/${name}.sh`), 'utf8');
}

/** What the agent refuses may work another way. */
function refused(error: unknown): undefined {
  if (!(error instanceof AgentRefusal)) throw error;
  return undefined;
}
