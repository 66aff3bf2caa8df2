import { VivariumError } from '../base/errors.ts';
import { findContext, here, readContexts } from './contexts.ts';

/** What was typed of where a command is to go. */
export interface Wish {
  host?: string | undefined;
  context?: string | undefined;
}

/** Another host. */
export interface Elsewhere {
  url: string;
  token: string | undefined;
}

/**
 * Where a command goes: as it was typed, else as VM_HOST or VM_CONTEXT say, else to the context that is used.
 * @returns undefined where that is here
 * @throws `parameter-invalid`, `context-not-found`, `contexts-invalid`
 */
export function whichHost({ host, context }: Wish, env: NodeJS.ProcessEnv): Elsewhere | undefined {
  if (host !== undefined && context !== undefined) {
    const problem = 'is one place, and --context another: name one';
    throw new VivariumError('parameter-invalid', { operation: 'vm', parameter: '--host', problem });
  }
  const typed = host !== undefined || context !== undefined;
  const url = typed ? host : env.VM_HOST;
  const token = env.VM_TOKEN || undefined;
  if (url) return { url, token };
  const saved = context === here ? undefined : readContexts(env);
  const name = context ?? (env.VM_CONTEXT || saved?.current);
  if (!saved || name === undefined || name === here) return undefined;
  const found = findContext(saved, name);
  return { url: found.url, token: found.token ?? token };
}
