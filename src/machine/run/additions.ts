import { existsSync } from 'node:fs';
import { posix, resolve } from 'node:path';
import { VivariumError } from '../../base/errors.ts';
import type { Additions, Job } from '../../boot/live/additions.ts';
import type { RunParameters } from './parameters.ts';

/** What is to be put into the guest. @throws `file-missing`, `parameter-invalid` */
export function additionsOf(parameters: RunParameters, shell: boolean): Additions {
  const { inject = [], env = [], command = [], injections = [], variables } = parameters;
  return {
    inject: [...injections, ...inject.map(injection)],
    env: { ...variables, ...Object.fromEntries(env.map(setting)) },
    ...(command.length > 0
      ? { job: { command, terminal: parameters.terminal ?? false } }
      : shell && { job: shellJob(parameters) }),
  };
}

/** A root shell: at the console, or one that reads a script from its standard input. */
export function shellJob({ terminal = true }: Pick<RunParameters, 'terminal'>): Job {
  return { terminal };
}

/** Whether there is anything to be put into the guest. */
export function isNothing({ inject, env, job }: Additions): boolean {
  return inject.length === 0 && Object.keys(env).length === 0 && job === undefined;
}

/** `SRC:DST`; a name of the host may hold a colon, one of the guest does not. */
function injection(text: string): Additions['inject'][number] {
  const at = text.lastIndexOf(':/');
  const from = resolve(text.slice(0, at));
  if (!existsSync(from)) {
    throw new VivariumError('file-missing', { file: text.slice(0, at), what: 'What is to be injected,' });
  }
  return { from, to: posix.normalize(text.slice(at + 1)) };
}

function setting(text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}
