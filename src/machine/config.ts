import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, VivariumError } from '../base/errors.ts';
import { splitWords } from './words.ts';

const keys = ['VMDIR', 'VMCONF_DEFAULT_TEMPLATES', 'VMCONF_DEFAULT_DRIVE', 'VMCONF_DEFAULT_WAIT'] as const;

export type Config = Partial<Record<(typeof keys)[number], string>>;

/**
 * The configuration: runit-vm's places and variables, and vivarium/ beside its own. The environment goes first,
 * then the file that VMCONF names, else the first that exists.
 * @throws `config-invalid`, `file-missing` where VMCONF names none
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const config: Config = env.VMCONF ? readConfigFile(env.VMCONF, env, true) : firstConfig(env);
  for (const key of keys) if (env[key]) config[key] = env[key];
  return config;
}

function firstConfig(env: NodeJS.ProcessEnv): Config {
  const homes = [env.XDG_CONFIG_HOME, env.HOME && join(env.HOME, '.config'), '/etc'].filter((it) => !!it);
  for (const home of homes as string[]) {
    for (const program of ['vivarium', 'runit-vm']) {
      const file = join(home, program, 'conf');
      try {
        return readConfigFile(file, env, false);
      } catch (error) {
        if (!['ENOENT', 'ENOTDIR', 'EACCES'].includes(errnoOf(error) ?? '')) throw error;
      }
    }
  }
  return {};
}

function readConfigFile(file: string, env: NodeJS.ProcessEnv, required: boolean): Config {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (required)
      throw new VivariumError('file-missing', { file, what: 'The configuration' }, { cause: error });
    throw error;
  }
  return parseConfig(text, file, env);
}

/** Reads `KEY=value` lines, quoted as in the shell and never executed; other keys are let pass. */
export function parseConfig(text: string, file: string, env: NodeJS.ProcessEnv): Config {
  const config: Config = {};
  for (const [index, line] of text.split('\n').entries()) {
    const wrong = (problem: string) =>
      new VivariumError('config-invalid', { file, line: index + 1, problem });
    const stripped = line.trim().replace(/^export\s+/, '');
    if (stripped === '' || stripped.startsWith('#')) continue;
    const [, key, rest = ''] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(stripped) ?? [];
    if (key === undefined) throw wrong('is not KEY=value');
    const words = splitWords(rest, { ...env, ...config }, (_, problem) => wrong(problem));
    if (words.length > 1) throw wrong(`has more than one value for ${key}; put it into quotes`);
    if ((keys as readonly string[]).includes(key)) config[key as keyof Config] = words[0] ?? '';
  }
  return config;
}
