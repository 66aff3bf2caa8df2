import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { errnoOf, VivariumError } from '../base/errors.ts';
import { checkName } from '../base/names.ts';
import { similar } from '../base/similar.ts';
import { isAbandoned, writeFileAtomic } from '../host/atomic-file.ts';
import { lock } from '../host/lock.ts';
import type { Home } from '../machine/home.ts';
import { ensureServiceDirectory, serviceFile } from '../machine/service-files.ts';
import type { NewToken, TokenView } from '../protocol/access-views.ts';
import { accessLevels, type CheckedParametersOf } from '../protocol/operation.ts';
import type { Operations } from '../protocol/operations.ts';
import { lastUses } from './last-use.ts';
import { hashOf, newSecret } from './secret.ts';

const token = z.object({
  id: z.string(),
  name: z.string(),
  /** SHA-256 of the secret. */
  hash: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  scope: z.enum(accessLevels),
  machines: z.array(z.string()),
  images: z.array(z.string()),
  maxMachines: z.optional(z.number()),
  maxMemory: z.optional(z.number()),
  maxDisk: z.optional(z.number()),
  network: z.enum(['none', 'user']),
  created: z.string(),
  expires: z.optional(z.string()),
});
const file = z.object({ version: z.literal(1), tokens: z.array(token) });

/** A token as it is kept: all but its secret. */
export type KeptToken = z.output<typeof token>;

/** The tokens, the oldest first. @throws `tokens-unreadable` */
export function readTokens(home: Home): KeptToken[] {
  const path = serviceFile(home, 'tokens');
  const wrong = (problem: string) => new VivariumError('tokens-unreadable', { file: path, problem });
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw wrong((error as Error).message);
  }
  let plain: unknown;
  try {
    plain = JSON.parse(text);
  } catch {
    throw wrong('it is no JSON');
  }
  const read = file.safeParse(plain);
  if (!read.success)
    throw wrong(`it has something wrong at ${read.error.issues[0]?.path.join('.') || 'its top'}`);
  return read.data.tokens;
}

/** What tells the list of tokens from an earlier one, which is cheaper than to read it. */
export function stampOfTokens(home: Home): string {
  const found = statSync(serviceFile(home, 'tokens'), { bigint: true, throwIfNoEntry: false });
  return found ? `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}` : '';
}

/** Makes a token. @throws `name-invalid`, `parameter-invalid`, `token-exists`, `tokens-unreadable` */
export async function createToken(
  home: Home,
  { name, scope, machines = ['*'], images = ['*'], network = 'user', expires, ...limits }: Wanted,
): Promise<NewToken> {
  checkName('a token', name);
  const bound = machines.concat(images).some((it) => it !== '*') || Object.keys(limits).length > 0;
  if (scope === 'admin' && (bound || network === 'none')) {
    const problem = 'is admin, whom nothing binds: leave out names and limits, or take control';
    throw new VivariumError('parameter-invalid', {
      operation: 'token create',
      parameter: '--scope',
      problem,
    });
  }
  const secret = newSecret();
  const now = Date.now();
  const made: KeptToken = {
    id: randomBytes(8).toString('hex'),
    name,
    hash: hashOf(secret),
    scope,
    machines,
    images,
    ...limits,
    network,
    created: new Date(now).toISOString(),
    ...(expires !== undefined && { expires: new Date(now + expires).toISOString() }),
  };
  await change(home, (tokens) => {
    if (tokens.some((it) => it.name === name)) throw new VivariumError('token-exists', { name });
    return [...tokens, made];
  });
  return { ...viewOf(made, undefined), secret };
}

type Wanted = CheckedParametersOf<Operations['token.create']>;

/** @throws `token-not-found`, `tokens-unreadable` */
export async function revokeToken(home: Home, name: string): Promise<void> {
  await change(home, (tokens) => {
    const left = tokens.filter((it) => it.name !== name);
    if (left.length < tokens.length) return left;
    const names = tokens.map((it) => it.name);
    throw new VivariumError('token-not-found', { name, similar: similar(name, names) });
  });
}

/** @throws `tokens-unreadable` */
export function listTokens(home: Home): TokenView[] {
  const uses = lastUses(home);
  return readTokens(home).map((it) => viewOf(it, uses[it.id]));
}

function viewOf({ id, hash, ...rest }: KeptToken, lastUse: string | undefined): TokenView {
  return { ...rest, ...(lastUse !== undefined && { lastUse }) };
}

/** Changes the list while nobody else does: it is the old one or the new one, whenever this process is killed. */
async function change(home: Home, to: (tokens: KeptToken[]) => KeptToken[]): Promise<void> {
  ensureServiceDirectory(home);
  const directory = dirname(serviceFile(home, 'tokens'));
  using held = await lock(directory, { wait: 10_000 });
  if (!held)
    throw new VivariumError('machine-busy', { name: directory, by: 'another command that changes tokens' });
  for (const name of readdirSync(directory).filter(isAbandoned))
    rmSync(join(directory, name), { force: true });
  const tokens = to(readTokens(home));
  writeFileAtomic(serviceFile(home, 'tokens'), `${JSON.stringify({ version: 1, tokens }, null, 2)}\n`, {
    mode: 0o600,
  });
}
