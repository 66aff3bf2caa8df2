import { checkName } from '../base/names.ts';
import type { Progress } from '../base/scope.ts';
import type { Home } from '../machine/home.ts';
import { checkParameters } from '../protocol/check-parameters.ts';
import { type AnyCall, callOf, type Engine, engineOf } from '../protocol/engine.ts';
import type { Operation } from '../protocol/operation.ts';
import { type OperationName, operations } from '../protocol/operations.ts';
import type { Asker } from './asker.ts';
import { type Audit, audited } from './audited.ts';
import { type Grant, grantView, isAdmin, reaches } from './grant.ts';
import { mapTexts } from './host-paths.ts';
import { checkLimits, isLimited } from './limits.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { denied, type Request, requests, requireOwn } from './requests.ts';
import { shownError } from './shown-errors.ts';
import { shownResults } from './shown-results.ts';
import { failingAsShown } from './shown-streams.ts';
import { namesIn } from './subject.ts';
import { requireImage, requireMachine, type View, viewFor } from './view.ts';

/**
 * An engine as somebody may use it: it does what the grant allows, and shows what there is for them. What is done is
 * written to the audit log.
 * @param home of which the engine is
 * @throws by its operations: `permission-denied`, `limit-reached`, and what the engine throws, without names and paths
 * that are none of theirs
 */
export function granted(engine: Engine, home: Home, grant: Grant, audit: Audit): Engine {
  const call = isAdmin(grant) ? callOf(engine) : restricted(engine, viewFor(home, grant));
  return engineOf(audited(withSelf(call, grant), grant, audit));
}

/** Only here it is known who asks. */
const withSelf =
  (call: AnyCall, grant: Grant): AnyCall =>
  async (name, parameters, scope) =>
    name === 'token.self' ? grantView(grant) : await call(name, parameters, scope);

function restricted(engine: Engine, view: View): AnyCall {
  return async (name, parameters, scope) => {
    try {
      const quiet = scope.telling((progress) => shownProgress(progress, view));
      return await callAs({ view, engine, scope: quiet }, name, parameters);
    } catch (error) {
      throw shownError(error, view);
    }
  };
}

async function callAs(asker: Asker, name: OperationName, parameters: unknown): Promise<unknown> {
  const { view, engine, scope } = asker;
  const operation = operations[name] as unknown as Operation;
  const shown = shownOf(name);
  const needed = shown ? operation.access : 'admin';
  const { who, scope: level } = view.grant;
  if (!shown || !reaches(level, needed))
    throw denied(who, name, `that is for ${needed}, and its scope is ${level}`);
  const checked = checkParameters(name, parameters);
  checkOpen(view, name, operation, parameters);
  checkNames(view, name, operation, checked);
  const act = async (instead: Request['instead']) =>
    await callOf(engine)(name, { ...(parameters as object), ...instead }, scope);
  const result = await within(asker, name, checked, act);
  const seen = shown(result, view);
  if (operation.stream) return failingAsShown(seen, view);
  // The last net below what is shown of each; what a command in the guest prints is the guest's, all of it.
  return name === 'machine.exec' ? seen : mapTexts(seen, view.veil.guest);
}

/** Does what was asked for, if it is within the limits: meanwhile nothing else that counts is done for the same token. */
async function within(
  asker: Asker,
  name: OperationName,
  checked: unknown,
  act: (instead: Request['instead']) => Promise<unknown>,
): Promise<unknown> {
  const request = requests[name] as
    | ((asker: Asker, parameters: unknown) => Request | Promise<Request>)
    | undefined;
  if (!request) return await act(undefined);
  const { scope, view } = asker;
  const { grant, home } = view;
  const inTurn = <T>(ask: () => Promise<T>): Promise<T> =>
    isLimited(view) ? oneAtATime(scope, `${home.directory} ${grant.id}`, ask) : ask();
  for (let isReady = false; ; isReady = true) {
    const asked = await inTurn(async () => {
      const { before, instead, asks = {} } = await request(asker, checked);
      await checkLimits(asker, asks);
      return before && !isReady ? { before } : { result: await act(instead) };
    });
    if (!asked.before) return asked.result;
    await asked.before();
  }
}

/** @throws `permission-denied` where a parameter is the administrator's, or its value is */
function checkOpen({ grant }: View, name: OperationName, operation: Operation, parameters: unknown): void {
  for (const [parameter, { access, except }] of Object.entries(operation.parameters)) {
    const value = (parameters as Record<string, unknown> | undefined)?.[parameter];
    if (access === undefined || value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    const open = except?.safeParse(value);
    if (open?.success) continue;
    const problem = open
      ? `for its scope ${parameter} ${open.error.issues[0]?.message}`
      : `${parameter} is for admin`;
    throw denied(grant.who, name, problem);
  }
}

/** @throws `machine-not-found`, `image-not-found`, `permission-denied`, `name-invalid` */
function checkNames(view: View, name: OperationName, operation: Operation, checked: unknown): void {
  for (const machine of namesIn(operation, checked, 'machine')) requireMachine(view, machine);
  for (const made of namesIn(operation, checked, 'machine-to-be')) {
    requireOwn(view, name, checkName('a machine', made));
  }
  for (const image of namesIn(operation, checked, 'image')) requireImage(view, image);
}

function shownProgress(progress: Progress, { veil }: View): Progress {
  return { ...progress, text: veil.host(progress.text) };
}

type AnyShown = (result: unknown, view: View) => unknown;

const shownOf = (name: OperationName): AnyShown | undefined =>
  Object.hasOwn(shownResults, name) ? (shownResults[name] as AnyShown) : undefined;
