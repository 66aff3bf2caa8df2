import type { CartridgeSpec, DebianLiveOptions } from '../../protocol/cartridge-spec.ts';
import { stateDirectory, stateFiles } from '../files.ts';

/** What builds a system, and what is usual for it. Paths are relative to the project. */
export interface Builder {
  /** For people: what is run. */
  title: string;
  how: { argv: (places: Places) => string[] } | { live: DebianLiveOptions };
  work: string[];
  caches: string[];
  output: string;
  /** What it does from now on, where a line that it writes says so. */
  phaseOf(line: string): string | undefined;
}

/** Where a builder works, and the directory into which its output goes; absolute. */
export interface Places {
  work: string;
  output: string;
}

const isos = 'out/*.iso';

/** The builder that a cartridge names, of which there is exactly one. */
export function builderOf(given: CartridgeSpec['builder']): Builder {
  if (given['debian-live']) return debianLive(given['debian-live']);
  if (given.mkarchiso) return mkarchiso(given.mkarchiso.profile);
  if (given.mkosi) return mkosi(given.mkosi.arguments);
  if (given['live-build']) return liveBuild;
  return command(given.command ?? '');
}

const debianLive = (live: DebianLiveOptions): Builder => ({
  title: 'debian-live',
  how: { live },
  work: [`${stateDirectory}/${stateFiles.work}`],
  caches: [],
  output: isos,
  phaseOf: () => undefined, // its steps are our own
});

/** A script says its phases as makepkg does: `==> Installing packages`. */
const command = (line: string): Builder => ({
  title: line.split('\n')[0] ?? '',
  how: { argv: () => ['sh', '-ec', line] },
  work: ['work'],
  caches: [],
  output: isos,
  phaseOf: (line) => /^==> +(.+)$/.exec(line)?.[1],
});

const mkarchiso = (profile: string): Builder => ({
  title: 'mkarchiso',
  how: { argv: ({ work, output }) => ['mkarchiso', '-v', '-w', work, '-o', output, profile] },
  work: ['work'],
  caches: [],
  output: isos,
  // Its settings are told in the same way, behind more blanks.
  phaseOf: (line) => /^\[mkarchiso\] INFO: (?!Done)(\S.*?)\.*$/.exec(line)?.[1],
});

const mkosi = (more: readonly string[]): Builder => ({
  title: 'mkosi',
  how: {
    argv: ({ work, output }) => {
      const places = [`--workspace-dir=${work}`, `--output-dir=${output}`];
      const made = 'mkdir -p "$1" "$2"; shift 2; exec mkosi "$@"';
      return ['sh', '-ec', made, 'sh', work, output, '--force', ...places, ...more, 'build'];
    },
  },
  work: ['mkosi.workspace'],
  caches: ['mkosi.cache'],
  output: 'mkosi.output/*.raw',
  phaseOf: (line) => /^‣ +(\S.*?)…?$/.exec(line)?.[1],
});

const liveBuild: Builder = {
  title: 'live-build',
  how: { argv: () => ['sh', '-ec', 'lb clean; lb config; lb build'] },
  work: ['chroot', 'binary', '.build'],
  caches: ['cache'],
  output: '*.iso',
  phaseOf: (line) => /^(?:P:|\[[^\]]*\]) +(?:Begin )?(\S.*?)\.*$/.exec(line)?.[1],
};
