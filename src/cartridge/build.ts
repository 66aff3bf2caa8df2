import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isVivariumError, VivariumError } from '../base/errors.ts';
import { Scope } from '../base/scope.ts';
import { removeDirectory } from '../host/remove-directory.ts';
import type { Home } from '../machine/home.ts';
import type { BuildReport } from '../protocol/cartridge-views.ts';
import { type BuildLog, openBuildLog } from './build-log.ts';
import { buildDebianLive } from './builders/debian-live.ts';
import { runBuilder } from './builders/external.ts';
import { type Cartridge, openCartridge } from './cartridge.ts';
import { checkRemovable } from './eject/directories.ts';
import { release } from './eject/eject.ts';
import { statePath } from './files.ts';
import { checkInjections } from './injections.ts';
import { injectsNothing, intoIso, intoOutput } from './into-iso.ts';
import { newestOutput, outputDirectory, outputs } from './output.ts';
import { holdCartridge } from './state.ts';

export interface BuildOptions {
  /** The project. */
  path: string;
  /** Remove what earlier builds left to work on. */
  clean: boolean;
  /** A finished ISO: only put into it what the cartridge injects. */
  into?: string | undefined;
  /** With `into`: the ISO that is written; that one if not said. */
  output?: string | undefined;
}

/**
 * Builds what a project builds, once all that a build before left in the way is gone. Its log has all that was said.
 * @throws `cartridge-not-found`, `cartridge-invalid`, `cartridge-busy`, `cartridge-unsafe`, `cartridge-stuck`,
 * `command-failed`, `output-missing`, and what the built-in builder and `intoIso` throw
 */
export async function build(
  scope: Scope,
  home: Home,
  { path, clean, into, output }: BuildOptions,
): Promise<BuildReport> {
  const began = performance.now();
  const cartridge = openCartridge(path);
  const { name } = cartridge;
  const report = (iso: string, log?: string) => ({
    ...{ name, iso, bytes: statSync(iso).size, took: Math.round(performance.now() - began) },
    ...(log !== undefined && { log }),
  });
  checkInjections(cartridge.inject);
  if (into === undefined && output !== undefined) throw unfit('--output', 'is for --into ISO alone');
  if (into !== undefined && injectsNothing(cartridge)) {
    throw unfit('--into', 'has nothing to put there: cartridge.yaml has neither inject nor env');
  }
  using _held = await holdCartridge(cartridge);
  if (into !== undefined) {
    const to = resolve(output ?? into);
    await intoIso(scope, cartridge, resolve(into), to);
    return report(to);
  }
  await clear(scope, home, cartridge, clean);
  using log = openBuildLog(statePath(cartridge.directory, 'log'));
  try {
    return report(await runAny(scope, cartridge, log), log.file);
  } catch (error) {
    await release(new Scope(), home, cartridge); // of its own: it is done after an abort, too
    if (!isVivariumError(error, 'command-failed')) throw error;
    throw new VivariumError('command-failed', { ...error.details, log: log.file }, { cause: error });
  }
}

/** @throws `cartridge-stuck` where something of an earlier build cannot be taken away */
async function clear(scope: Scope, home: Home, cartridge: Cartridge, clean: boolean): Promise<void> {
  const { directory, work } = cartridge;
  if (clean) await checkRemovable(scope, cartridge, work);
  const items = await release(scope, home, cartridge);
  for (const { what, name, done } of items) {
    scope.warn(`${done} ${what} ${name}${what === 'machine' ? '' : ', which an earlier build left'}`);
  }
  const left = items.filter(({ done }) => done === 'left').map(({ name, reason }) => `${name}: ${reason}`);
  if (left.length > 0) throw new VivariumError('cartridge-stuck', { directory, left });
  if (clean) for (const path of work) await removeDirectory(path);
}

/** @returns what came out */
async function runAny(scope: Scope, cartridge: Cartridge, log: BuildLog): Promise<string> {
  const { directory, name, builder, inject, env, output } = cartridge;
  const [work = statePath(directory, 'work')] = cartridge.work;
  if ('live' in builder.how) {
    const iso = resolve(directory, output.replace('*', name));
    const cache = statePath(directory, 'cache');
    const request = { name, options: builder.how.live, work, cache, iso, inject, env };
    await buildDebianLive(scope, request, log);
    return iso;
  }
  const before = changesOf(cartridge);
  const places = { work, output: outputDirectory(cartridge) };
  const { title, phaseOf } = builder;
  await runBuilder(scope, { directory, name, title, phaseOf, places, argv: builder.how.argv(places) }, log);
  const iso = newestOutput(cartridge);
  if (before.get(iso) === changesOf(cartridge).get(iso)) {
    scope.warn(`the builder has made nothing new: ${iso} is as it was`);
    return iso;
  }
  await intoOutput(scope, cartridge, iso);
  return iso;
}

/** When each file that has come out was last changed. Only these are compared: the clock of files runs behind the clock. */
const changesOf = (cartridge: Cartridge): Map<string, number> =>
  new Map(outputs(cartridge).map((path) => [path, statSync(path).ctimeMs]));

const unfit = (parameter: string, problem: string) =>
  new VivariumError('parameter-invalid', { operation: 'build', parameter, problem });
