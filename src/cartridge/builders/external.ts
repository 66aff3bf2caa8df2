import { randomUUID } from 'node:crypto';
import { isVivariumError, VivariumError } from '../../base/errors.ts';
import { lastLines, printable } from '../../base/printable.ts';
import type { Scope } from '../../base/scope.ts';
import { runTool } from '../../host/run-tool.ts';
import type { BuildLog } from '../build-log.ts';
import { buildVariable, forgetBuilder, recordBuilder } from '../builder-record.ts';
import type { Builder, Places } from './builders.ts';

export interface BuilderRequest extends Pick<Builder, 'title' | 'phaseOf'> {
  /** The project. */
  directory: string;
  name: string;
  argv: string[];
  places: Places;
}

/** Lines of a step that failed: those that are told, and those that are kept for that. */
const told = 12;
const longest = 100;

/**
 * Runs a builder that is somebody else's, in the project, with all that it says in the log. It is killed with all
 * that it has started when this ends. What it has mounted stays then, and the record of whose its processes are.
 * @throws `command-failed` with the last lines of the step that failed
 */
export async function runBuilder(
  scope: Scope,
  { directory, name, title, argv, places, phaseOf }: BuilderRequest,
  log: BuildLog,
): Promise<void> {
  const token = randomUUID();
  let doing = `Building ${name}`;
  let said: string[] = [];
  const onLine = (line: string) => {
    log.line(line);
    const phase = phaseOf(printable(line).trimEnd());
    if (phase === undefined) said = [...said.slice(-longest), line];
    else {
      doing = phase;
      said = [];
      scope.step(phase);
    }
  };
  scope.step(doing);
  try {
    // One stream, so that the log has all in the order in which it was said.
    await runTool(scope, 'sh', ['-c', 'exec "$@" 1>&2', 'sh', ...argv], {
      ...{ doing, cwd: directory, onLine, leavesNothing: true },
      env: { ...process.env, ...environmentOf(name, places), [buildVariable]: token },
      started: (pid) => recordBuilder(directory, pid, token),
    });
  } catch (error) {
    if (!isVivariumError(error, 'command-failed')) throw error;
    const details = { ...error.details, command: title, doing, said: lastLines(said.join('\n'), told) };
    throw new VivariumError('command-failed', { ...details, log: log.file }, { cause: error });
  }
  forgetBuilder(directory);
}

/** What a builder that asks is told. */
const environmentOf = (name: string, { work, output }: Places) => ({
  CARTRIDGE_NAME: name,
  CARTRIDGE_WORK: work,
  CARTRIDGE_OUTPUT: output,
});
