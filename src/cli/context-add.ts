import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { VivariumError } from '../base/errors.ts';
import { checkName } from '../base/names.ts';
import { connect } from '../remote/connect.ts';
import { show } from './command.ts';
import { type Contexts, readContexts, writeContexts } from './contexts.ts';
import { argumentsOf } from './exact-arguments.ts';

export default show(
  async ({ values, json }) => {
    const [name, given] = argumentsOf('context add', values.extra, ['NAME', 'URL'] as const);
    checkName('a context', name);
    const url = given.startsWith('unix:') ? `unix:${resolve(given.slice('unix:'.length))}` : given;
    using _ = connect(url); // which refuses what leads nowhere, and sends nothing
    checkFree(name, url, values.force);
    const token = await tokenFor(url, values.token, !json);
    const saved = checkFree(name, url, values.force); // as it is by now: to type a token takes a while
    saved.contexts[name] = { url, ...(token !== undefined && { token }) };
    writeContexts(process.env, saved);
    return { name, url };
  },
  ({ name, url }) =>
    `${name} is ${url}. Look there: vm --context ${name} list   Always: vm context use ${name}`,
);

/** What is saved. @throws `context-exists` */
function checkFree(name: string, wanted: string, force = false): Contexts {
  const saved = readContexts(process.env);
  const taken = Object.hasOwn(saved.contexts, name) ? saved.contexts[name] : undefined;
  if (!taken || force) return saved;
  throw new VivariumError('context-exists', { name, url: taken.url, wanted });
}

/** A token that was typed stands in the list of processes and in the shell's history: so it can come otherwise. */
async function tokenFor(url: string, given: string | undefined, ask: boolean): Promise<string | undefined> {
  const token = given === '-' ? (await text(process.stdin)).trim() : given;
  if (token !== undefined) return checked(token);
  if (!/^https?:/.test(url) || !ask || !process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const { password, isCancel } = await import('@clack/prompts');
  const answer = await password({ message: `Token for ${url} (vm token create has said it there)` });
  if (isCancel(answer)) throw new VivariumError('interrupted', {});
  return answer ? checked(answer.trim()) : undefined;
}

function checked(token: string): string {
  if (/^[\w.~+/=-]+$/.test(token)) return token;
  const problem = 'is no token: letters and digits, as vm token create has said it';
  throw new VivariumError('parameter-invalid', { operation: 'context add', parameter: '--token', problem });
}
