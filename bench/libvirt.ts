import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { requireTool } from '../src/host/find-tool.ts';
import type { Bench } from './bench.ts';

/** A libvirtd and a virtlogd of our own: nothing of a libvirt that this host may have is read or touched. */
export interface Libvirt extends AsyncDisposable {
  /** Where all of it lies; its user may write there. */
  directory: string;
  /** With this a program is one of its session: `virsh` finds it. */
  as: { env: NodeJS.ProcessEnv; uid?: number; gid?: number };
  /** Has one virsh do many commands. @returns what it printed @throws Error with what it said */
  virsh(commands: readonly string[]): string;
  /** Ended with it, before it. */
  onEnd(end: () => Promise<void>): void;
}

/** For root's libvirt there is only the system's place: so root's session is another user's. */
const sessionUser = 'nobody';

export async function openLibvirt(bench: Bench): Promise<Libvirt> {
  await using started = new AsyncDisposableStack();
  const directory = join(bench.directory, 'libvirt');
  const as = session(directory);
  for (const name of ['virtlogd', 'libvirtd']) {
    const daemon = spawn(requireTool(name, 'to compare with it'), [], {
      ...as,
      cwd: directory,
      detached: true,
      stdio: 'ignore',
    });
    started.defer(() => end(daemon));
    await once(daemon, 'spawn');
  }
  const virsh = (commands: readonly string[]) => {
    const input = `${commands.join('\n')}\n`;
    const { status, stdout, stderr } = spawnSync('virsh', ['--quiet'], { ...as, input, encoding: 'utf8' });
    if (status !== 0 || stderr.trim() !== '') throw new Error(`virsh: ${stderr.slice(0, 2000)}`);
    return stdout;
  };
  await answering(bench, as);
  const daemons = started.move();
  return {
    directory,
    as,
    virsh,
    onEnd: (end) => daemons.defer(end),
    [Symbol.asyncDispose]: () => daemons.disposeAsync(),
  };
}

function session(directory: string): Libvirt['as'] {
  const root = process.getuid?.() === 0;
  const idOf = (kind: '-u' | '-g') => Number(execFileSync('id', [kind, sessionUser]));
  const user = root ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  const places = { HOME: 'home', XDG_RUNTIME_DIR: 'run', XDG_CONFIG_HOME: 'config' } as const;
  const more = { XDG_DATA_HOME: 'data', XDG_CACHE_HOME: 'cache' } as const;
  const env: NodeJS.ProcessEnv = { PATH: process.env.PATH, LIBVIRT_DEFAULT_URI: 'qemu:///session' };
  for (const [variable, name] of Object.entries({ ...places, ...more })) {
    env[variable] = join(directory, name);
    mkdirSync(env[variable], { recursive: true, mode: 0o700 });
    if (user.uid !== undefined) chownSync(env[variable], user.uid, user.gid);
  }
  if (user.uid !== undefined) chownSync(directory, user.uid, user.gid);
  return { env, ...user };
}

async function answering(bench: Bench, as: Libvirt['as']): Promise<void> {
  for (const end = performance.now() + 30_000; ; ) {
    bench.signal.throwIfAborted();
    const { status, stderr } = spawnSync('virsh', ['list', '--all'], { ...as, encoding: 'utf8' });
    if (status === 0) return;
    if (performance.now() > end) throw new Error(`libvirtd does not answer: ${stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function end(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const ended = once(daemon, 'exit');
  daemon.kill('SIGTERM');
  const insist = setTimeout(() => daemon.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(insist);
}
