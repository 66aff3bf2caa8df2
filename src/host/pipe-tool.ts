import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { lastLines } from '../base/printable.ts';
import type { Scope } from '../base/scope.ts';
import { groupOf } from './process-group.ts';
import { ending } from './run-tool.ts';

/** One of the host's tools between two streams. */
export interface PipedTool {
  stdin: Writable;
  stdout: Readable;
  /** When it has ended and both streams are closed. @throws `tool-missing` */
  ended: Promise<PipedEnd>;
  kill(): void;
}

export interface PipedEnd {
  code: number | null;
  /** `exit code 2`, `signal SIGTERM` */
  exit: string;
  /** Its last words on standard error. */
  said: string[];
}

/** Characters of standard error that are kept. */
const kept = 16_384;

/** Starts a tool, which is killed with all that it has started when the scope or this process ends. */
export function pipeTool(scope: Scope, command: string, args: readonly string[], doing: string): PipedTool {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const group = groupOf(scope, child);
  if (scope.signal.aborted) group.kill();
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-kept);
  });
  child.stdin.on('error', () => {}); // whoever writes is told
  const ended = ending(child, command, doing)
    .then(({ code, signal }) => ({
      code,
      exit: code === null ? `signal ${signal}` : `exit code ${code}`,
      said: lastLines(said, 8),
    }))
    .finally(() => group[Symbol.dispose]());
  ended.catch(() => {}); // whoever awaits it is told
  return { stdin: child.stdin, stdout: child.stdout, ended, kill: group.kill };
}
