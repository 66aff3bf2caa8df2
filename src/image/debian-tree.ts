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
  /** What guest/debian/configure.sh is told. */
  settings: { hostname: string; user: string; root: string };
  tree: string;
  /** Keeps all that mmdebstrap said, where it fails. */
  log: string;
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
        INITRD: 'No',
      },
      onLine: (line) => {
        said.push(line);
        const phase = phaseOf(line);
        if (phase) scope.step(phase);
      },
    });
  } catch (error) {
    if (!isVivariumError(error, 'command-failed')) throw error;
    mkdirSync(dirname(request.log), { recursive: true });
    writeFileAtomic(request.log, `${said.join('\n')}\n`, { durable: false });
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
}: Pick<TreeRequest, 'suite' | 'packages' | 'mirror' | 'tree'>): string[] {
  return [
    '--mode=root',
    '--variant=minbase',
    '--format=directory',
    '--dpkgopt=force-unsafe-io',
    `--include=${packages.join(',')}`,
    '--aptopt=Acquire::Languages "none"',
    '--extract-hook=sh "$VIVARIUM_STAGE/on-extracted.sh" "$1"',
    '--customize-hook=sh "$VIVARIUM_STAGE/on-installed.sh" "$1"',
    suite,
    tree,
    ...(mirror === undefined ? [] : [mirror]),
  ];
}

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
