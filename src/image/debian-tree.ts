import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { isVivariumError, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { writeFileAtomic } from '../host/atomic-file.ts';
import { runAsPrivateRoot } from '../host/private-root.ts';

/** What a system is made of. */
export interface TreeRequest {
  suite: string;
  packages: readonly string[];
  /** A URI, or else mmdebstrap's own choice, with updates and security. */
  mirror?: string | undefined;
  /** A directory: what is run in the tree, and what goes into it (see debian-stage.ts). */
  stage: string;
  /** What configure.sh of the stage is told. */
  settings: Record<string, string>;
  tree: string;
  /** A directory where packages are kept for the next time; they are downloaded each time where there is none. */
  cache?: string;
  /** Keeps all that mmdebstrap said, where it fails. */
  log: string;
  /** Is told each line, and keeps the log itself then. */
  onLine?: (line: string) => void;
}

/**
 * Installs a Debian into a directory, by mmdebstrap, and configures it for a machine.
 * @throws `command-failed` with the last lines
 */
export async function installDebian(scope: Scope, request: TreeRequest): Promise<void> {
  const said: string[] = [];
  try {
    await runAsPrivateRoot(scope, 'mmdebstrap', mmdebstrapArguments(request), {
      doing: `Installing Debian ${request.suite}`,
      // The initrd is made once, when all that goes into it is there.
      env: {
        ...process.env,
        ...request.settings,
        packages: request.packages.join(' '),
        VIVARIUM_STAGE: request.stage,
        ...(request.cache !== undefined && { VIVARIUM_CACHE: request.cache }),
        INITRD: 'No',
      },
      onLine: (line) => {
        said.push(line);
        request.onLine?.(line);
        const phase = phaseOf(line);
        if (phase) scope.step(phase);
      },
    });
  } catch (error) {
    if (!isVivariumError(error, 'command-failed')) throw error;
    if (!request.onLine) {
      mkdirSync(dirname(request.log), { recursive: true });
      writeFileAtomic(request.log, `${said.join('\n')}\n`, { durable: false });
    }
    const details = { ...error.details, command: 'mmdebstrap', said: whatFailed(said), log: request.log };
    throw new VivariumError('command-failed', details, { cause: error });
  }
}

/** Pure. */
export function mmdebstrapArguments({
  suite,
  packages,
  mirror,
  tree,
  cache,
}: Pick<TreeRequest, 'suite' | 'packages' | 'mirror' | 'tree' | 'cache'>): string[] {
  return [
    '--mode=root',
    '--variant=minbase',
    '--format=directory',
    '--dpkgopt=force-unsafe-io',
    `--include=${packages.join(',')}`,
    '--aptopt=Acquire::Languages "none"',
    ...(cache === undefined ? [] : keepPackages),
    '--extract-hook=sh "$VIVARIUM_STAGE/on-extracted.sh" "$1"',
    '--customize-hook=sh "$VIVARIUM_STAGE/on-installed.sh" "$1"',
    suite,
    tree,
    ...(mirror === undefined ? [] : [mirror]),
  ];
}

/** apt's downloads lie in a directory that outlives the tree; what has been replaced since goes. */
const keepPackages = [
  '--skip=essential/unlink',
  '--setup-hook=mkdir -p "$1/var/cache/apt/archives"',
  '--setup-hook=mount --bind "$VIVARIUM_CACHE" "$1/var/cache/apt/archives"',
  '--customize-hook=APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get --quiet=2 autoclean',
  '--customize-hook=umount "$1/var/cache/apt/archives"',
];

/** What mmdebstrap does from now on, where the line says so, in words for people. */
export function phaseOf(line: string): string | undefined {
  return Object.entries(phases).find(([beginning]) => line.startsWith(`I: ${beginning}`))?.[1];
}

const phases = {
  'running apt-get update': "Reading Debian's lists of packages",
  'downloading packages': 'Downloading packages',
  'extracting archives': 'Unpacking the base system',
  'installing essential': 'Installing the base system',
  'installing remaining': 'Installing the packages',
  'running --customize-hook': 'Configuring the system',
};

/** The lines that say why: apt's and dpkg's errors, else the last that are not mmdebstrap's own. */
export function whatFailed(lines: readonly string[]): string[] {
  const own = /^I: |^E: (setup failed|command failed|mmdebstrap failed|run_chroot failed)/;
  const said = lines.filter((line) => line !== '' && !own.test(line));
  const errors = said.filter((line) => /^(E|Err):|^dpkg: error/.test(line));
  return (errors.length > 0 ? errors : said).slice(-8);
}
