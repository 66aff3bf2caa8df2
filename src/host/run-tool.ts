import { type ChildProcess, spawn } from 'node:child_process';
import { errnoOf, VivariumError } from '../base/errors.ts';
import { lastLines } from '../base/printable.ts';
import type { Scope } from '../base/scope.ts';
import { groupOf } from './process-group.ts';

export interface ToolOptions {
  /** What fails if the tool does, a noun phrase: `Unpacking the kernel`. */
  doing: string;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  input?: string | Uint8Array;
  /** Exit codes that are no failure; 0 alone if not given. */
  allow?: number[];
}

export interface ToolResult {
  code: number;
  stdout: Buffer;
  stderr: string;
}

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
  using _ = groupOf(scope, child);
  child.stdin?.on('error', () => {}); // a tool may end without reading all
  child.stdin?.end(options.input);
  const [stdout, stderr, ended] = await Promise.all([
    collect(child.stdout),
    collect(child.stderr),
    ending(child, command, options.doing),
  ]);
  const said = lastLines(stderr.toString(), 8);
  checkScope(said);
  if (ended.code === null || !(options.allow ?? [0]).includes(ended.code)) {
    const exit = ended.code === null ? `signal ${ended.signal}` : `exit code ${ended.code}`;
    throw new VivariumError('command-failed', { command, doing: options.doing, exit, said });
  }
  return { code: ended.code, stdout, stderr: stderr.toString() };
}

async function collect(stream: NodeJS.ReadableStream | null): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk as Buffer);
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
