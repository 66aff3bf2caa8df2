import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** Only root has mounts that it shares, as a host's are. */
export const canMount = process.getuid?.() === 0 || Boolean(process.env.VIVARIUM_REQUIRE);

/**
 * Mounts of a test's own, in which nothing can harm the host's. All of them are shared, as systemd makes them: what
 * is mounted or unmounted below a copy is so below what it is a copy of.
 */
export interface MountNamespace extends Disposable {
  /** The command line of a command that sees them. */
  argv(...command: string[]): [string, string[]];
  /** Runs a script of sh there, with the arguments as $1 and so on. @returns its output @throws where it fails */
  sh(script: string, ...args: string[]): string;
  start(env: NodeJS.ProcessEnv, ...command: string[]): ChildProcess;
  /** Where in `directory` something is mounted. */
  mountsIn(directory: string): string[];
}

export async function mountNamespace(): Promise<MountNamespace> {
  const keeper = spawn('unshare', ['--mount', 'sh', '-ec', 'mount --make-rshared /; echo ready; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(keeper.stdout, 'data');
  const argv = (...command: string[]): [string, string[]] => [
    'nsenter',
    ['--target', String(keeper.pid), '--mount', ...command],
  ];
  const sh = (script: string, ...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(...argv('sh', '-ec', script, 'sh', ...args), {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${script} ended with ${status}: ${stderr}`);
    return stdout;
  };
  return {
    argv,
    sh,
    start: (env, ...command) => spawn(...argv(...command), { env, stdio: ['ignore', 'pipe', 'pipe'] }),
    mountsIn: (directory) =>
      sh('cat /proc/self/mountinfo')
        .split('\n')
        .map((line) => line.split(' ')[4] ?? '')
        .filter((at) => at.startsWith(`${directory}/`)),
    [Symbol.dispose]: () => keeper.kill('SIGKILL'),
  };
}
