import { mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { errnoOf, VivariumError } from '../base/errors.ts';
import { checkName } from '../base/names.ts';
import { similar } from '../base/similar.ts';
import { writeFileAtomic } from '../host/atomic-file.ts';

/** Another host's vmd, under a name. */
export interface Context {
  url: string;
  token?: string;
}

/** All that were saved, and the one that commands go to where they are told nothing else. */
export interface Contexts {
  current?: string;
  contexts: Record<string, Context>;
}

/** In place of a context's name: this host. */
export const here = '-';

export const contextsFile = (env: NodeJS.ProcessEnv): string =>
  join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config'), 'vivarium/contexts.json');

/** @throws `contexts-invalid` */
export function readContexts(env: NodeJS.ProcessEnv): Contexts {
  const file = contextsFile(env);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return { contexts: {} };
    throw new VivariumError(
      'contexts-invalid',
      { file, problem: (error as Error).message },
      { cause: error },
    );
  }
  try {
    const saved: unknown = JSON.parse(text);
    if (areContexts(saved)) return saved;
  } catch {
    // No JSON: said below.
  }
  throw new VivariumError('contexts-invalid', { file, problem: 'it holds no contexts' });
}

/** Nobody else may read it: there are tokens in it. */
export function writeContexts(env: NodeJS.ProcessEnv, contexts: Contexts): void {
  const file = contextsFile(env);
  mkdirSync(dirname(file), { recursive: true });
  writeFileAtomic(file, `${JSON.stringify(contexts, null, 2)}\n`, { mode: 0o600 });
}

/** @throws `context-not-found`, `name-invalid` */
export function findContext({ contexts }: Contexts, name: string): Context {
  checkName('a context', name);
  const found = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (found) return found;
  throw new VivariumError('context-not-found', { name, similar: similar(name, Object.keys(contexts)) });
}

function areContexts(value: unknown): value is Contexts {
  const { contexts, current } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof contexts === 'object' &&
    contexts !== null &&
    Object.values(contexts).every((it) => typeof (it as Context | null)?.url === 'string') &&
    (current === undefined || typeof current === 'string')
  );
}
