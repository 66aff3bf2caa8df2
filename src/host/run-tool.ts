import { type ChildProcess, spawn } from 'node:child_process';
import { pipeline } from 'node:stream/promises';
import { errnoOf, VivariumError } from '../base/errors.ts';
import { lastLines } from '../base/printable.ts';
import { awaiting, type Scope } from '../base/scope.ts';
import { groupOf } from './process-group.ts';

export interface ToolOptions {
  /** What fails if the tool does, a noun phrase: `Unpacking the kernel`. */
  doing: string;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  input?: string | Uint8Array | AsyncIterable<Buffer>;
  /** Is given what the tool writes as it comes, instead of keeping it; where it throws, the tool is ended. */
  output?: (stdout: AsyncIterable<Buffer>) => Promise<void>;
  /** The file that it writes: that there is no room for it is an error of its own. */
  writes?: string;
  /** Exit codes that are no failure; 0 alone if not given. */
  allow?: number[];
  /** What it has left running in its group is killed when it ends; else the end of its output is waited for. */
  leavesNothing?: true;
  /** Is told the pid of the process, which leads a group of its own. */
  started?: (pid: number) => void;
  /** Is told each line of its standard error as it comes. */
  onLine?: (line: string) => void;
}

export interface ToolResult {
  code: number;
  /** Empty where `output` was given it. */
  stdout: Buffer;
  stderr: string;
}

/**
 * Runs one of the host's tools to its end and returns what it wrote. When the scope or this process ends, it is
 * killed with all that it has started.
 * @throws `tool-missing`, `disk-full` where it is told what it `writes`, `command-failed` with its last lines,
 * `interrupted`, `timeout`
 */
export async function runTool(
  scope: Scope,
  command: string,
  args: readonly string[],
  options: ToolOptions,
): Promise<ToolResult> {
  const checkScope = (lines: string[]) => scope.check(awaiting(`${command} (${options.doing})`, lines));
  checkScope([]);
  const child = spawn(command, args, {
    cwd: options.cwd,
    // Of a tool that writes it has to be understood what it says.
    env: options.env ?? (options.writes ? { ...process.env, LC_ALL: 'C' } : process.env),
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    detached: true, // a process group of its own
  });
  using group = groupOf(scope, child);
  try {
    if (child.pid !== undefined) options.started?.(child.pid);
    if (options.leavesNothing) child.once('exit', group.kill);
    const [stdout, stderr, ended] = await Promise.all([
      options.output && child.stdout
        ? options.output(child.stdout).then(() => Buffer.alloc(0))
        : collect(child.stdout),
      collect(child.stderr, options.onLine),
      ending(child, command, options.doing),
      feed(child, options.input),
    ]);
    const said = lastLines(stderr.toString(), 8);
    checkScope(said);
    if (ended.code === null || !(options.allow ?? [0]).includes(ended.code)) {
      if (options.writes !== undefined && /No space left|quota exceeded/i.test(said.join())) {
        const doing = options.doing.replace(/^./, (letter) => letter.toLowerCase());
        throw new VivariumError('disk-full', { path: options.writes, doing });
      }
      const exit = ended.code === null ? `signal ${ended.signal}` : `exit code ${ended.code}`;
      throw new VivariumError('command-failed', { command, doing: options.doing, exit, said });
    }
    return { code: ended.code, stdout, stderr: stderr.toString() };
  } catch (error) {
    if (child.exitCode === null && child.signalCode === null) group.kill();
    throw error;
  }
}

/** Writes what the tool is to read. It may end without reading all of that. */
async function feed({ stdin }: ChildProcess, input: ToolOptions['input']): Promise<void> {
  if (!stdin || input === undefined) return;
  if (typeof input === 'string' || input instanceof Uint8Array) {
    stdin.on('error', () => {});
    stdin.end(input);
    return;
  }
  try {
    await pipeline(input, stdin);
  } catch (error) {
    if (errnoOf(error) !== 'EPIPE' && errnoOf(error) !== 'ECONNRESET' && !isPrematureClose(error))
      throw error;
  }
}

const isPrematureClose = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE';

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

/** @throws `tool-missing` */
export function ending(
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
