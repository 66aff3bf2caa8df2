import { type ChildProcess, spawn } from 'node:child_process';
import { errnoOf, VivariumError } from '../base/errors.ts';
import { lastLines } from '../base/printable.ts';
import type { Scope } from '../base/scope.ts';

export interface ToolOptions {
  /** What fails if the tool does, a noun phrase: `Unpacking the kernel`. */
  doing: string;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  input?: string | Uint8Array;
  /** Exit codes that are no failure; 0 alone if not given. */
  allow?: number[];
  /** Is told each line of its standard error as it comes. */
  onLine?: (line: string) => void;
}

export interface ToolResult {
  code: number;
  stdout: Buffer;
  stderr: string;
}

/** The process groups of the tools that run now: they end with this process. */
const running = new Set<number>();
process.on('exit', () => running.forEach(killGroup));

/**
 * Runs one of the host's tools to its end and returns what it wrote. When the scope or this process ends, it is
 * killed with all that it has started.
 * @throws `tool-missing`, `command-failed` with its last lines, `interrupted`, `timeout`
 */
export async function runTool(
  scope: Scope,
  command: string,
  args: readonly string[],
  options: ToolOptions,
): Promise<ToolResult> {
  const checkScope = (lines: string[]) =>
    scope.check(() => ({
      awaited: `${command} (${options.doing})`,
      lines,
      hint: 'Allow more time with --timeout.',
    }));
  checkScope([]);
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    detached: true, // a process group of its own
  });
  const group = child.pid ?? 0; // 0: it could not be started
  if (group > 0) running.add(group);
  const kill = () => group > 0 && killGroup(group);
  scope.signal.addEventListener('abort', kill);
  try {
    child.stdin?.on('error', () => {}); // a tool may end without reading all
    child.stdin?.end(options.input);
    const [stdout, stderr, ended] = await Promise.all([
      collect(child.stdout),
      collect(child.stderr, options.onLine),
      ending(child, command, options.doing),
    ]);
    const said = lastLines(stderr.toString(), 8);
    checkScope(said);
    if (ended.code === null || !(options.allow ?? [0]).includes(ended.code)) {
      const exit = ended.code === null ? `signal ${ended.signal}` : `exit code ${ended.code}`;
      throw new VivariumError('command-failed', { command, doing: options.doing, exit, said });
    }
    return { code: ended.code, stdout, stderr: stderr.toString() };
  } finally {
    running.delete(group);
    scope.signal.removeEventListener('abort', kill);
  }
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error; // all of it has ended
  }
}

async function collect(
  stream: NodeJS.ReadableStream | null,
  onLine?: (line: string) => void,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const decoder = new TextDecoder();
  let begun = '';
  for await (const chunk of stream ?? []) {
    chunks.push(chunk as Buffer);
    if (!onLine) continue;
    const lines = (begun + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
    begun = lines.pop() ?? '';
    lines.forEach(onLine);
  }
  if (begun !== '') onLine?.(begun);
  return Buffer.concat(chunks);
}

function ending(
  child: ChildProcess,
  tool: string,
  doing: string,
): Promise<{ code: number | null; signal: string | null }> {
  return new Promise((resolve, reject) => {
    child.on('error', (error) =>
      reject(
        errnoOf(error) === 'ENOENT'
          ? new VivariumError('tool-missing', { tool, purpose: `for this: ${doing}` }, { cause: error })
          : error,
      ),
    );
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
}
