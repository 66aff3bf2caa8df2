import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { errnoOf, VivariumError } from '../base/errors.ts';
import { type Config, readConfig } from './config.ts';

/** Where machines live, and what is the same for all of them. */
export interface Home {
  /** $VMDIR, absolute. */
  directory: string;
  /** What can be lost at any time: downloads, probe results, the index of `list`. */
  cache: string;
  config: Config;
  env: NodeJS.ProcessEnv;
}

/**
 * The home that the environment and the configuration name.
 * @throws `config-invalid`
 */
export function openHome(env: NodeJS.ProcessEnv): Home {
  const config = readConfig(env);
  const user = env.HOME || homedir();
  const directory = resolve(
    config.VMDIR || join(env.XDG_DATA_HOME || join(user, '.local/share'), 'vivarium'),
  );
  const cache = join(env.XDG_CACHE_HOME || join(user, '.cache'), 'vivarium');
  return { directory, cache, config, env };
}

/** The user's own catalogue of images, be it there or not. */
export function catalogueFile({ env }: Home): string {
  return join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config'), 'vivarium/catalogue.yaml');
}

/** Creates $VMDIR where it is not there yet. @throws `directory-unusable`, `disk-full` */
export function ensureHome({ directory }: Home): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw asUnusable(error, directory);
  }
}

/** What a system error says of a directory that is to be made, or written to: `directory-unusable`, `disk-full`. */
export function asUnusable(error: unknown, path: string): VivariumError {
  const errno = errnoOf(error) ?? '';
  if (errno === 'ENOSPC' || errno === 'EDQUOT')
    return new VivariumError('disk-full', { path, doing: 'making it' }, { cause: error });
  const problem =
    { EACCES: 'you may not write there', EROFS: 'it is read only', EEXIST: 'it is no directory' }[errno] ??
    (error as Error).message;
  return new VivariumError('directory-unusable', { path, problem }, { cause: error });
}
