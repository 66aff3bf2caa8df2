import type { CartridgeSpec, DebianLiveOptions } from '../../protocol/cartridge-spec.ts';
import { stateDirectory, stateFiles } from '../files.ts';

/** What builds a system, and what is usual for it. Paths are relative to the project. */
export interface Builder {
  /** As cartridge.yaml calls it. */
  kind: keyof CartridgeSpec['builder'];
  /** A program and its arguments; absent where it is built in. */
  argv?: (places: Places) => string[];
  /** What the built-in builder is told. */
  live?: DebianLiveOptions;
  work: string[];
  caches: string[];
  output: string;
  /** What it does from now on, where a line that it writes says so. */
  phaseOf(line: string): string | undefined;
}

/** Where a builder works, as absolute paths. */
export interface Places {
  work: string;
  /** The directory into which its output goes. */
  output: string;
}

const work = `${stateDirectory}/${stateFiles.work}`;
const output = 'out/*.iso';

/** The builder that a cartridge names. */
export function builderOf(given: CartridgeSpec['builder'], name: string): Builder {
  const live = given['debian-live'];
  if (live) {
    const about = { hostname: name.replaceAll(/[^A-Za-z0-9-]/g, '-').replace(/-+$/, ''), ...live };
    return { kind: 'debian-live', live: about, work: [work], caches: [], output, phaseOf: () => undefined };
  }
  const { command, mkarchiso, mkosi } = given;
  if (command !== undefined) {
    return {
      kind: 'command',
      argv: () => ['sh', '-ec', command],
      work: ['work'],
      caches: [],
      output,
      phaseOf: (line) => /^==> +(.+)$/.exec(line)?.[1],
    };
  }
  if (mkarchiso) {
    return {
      kind: 'mkarchiso',
      argv: (places) => ['mkarchiso', '-v', '-w', places.work, '-o', places.output, mkarchiso.profile],
      work: ['work'],
      caches: [],
      output,
      // Its settings follow behind more than one space.
      phaseOf: (line) => /^\[mkarchiso\] INFO: ([A-Z].*)$/.exec(line)?.[1],
    };
  }
  if (mkosi) {
    return {
      kind: 'mkosi',
      argv: (places) => [
        ...['mkosi', '--force', `--workspace-dir=${places.work}`, `--output-dir=${places.output}`],
        ...mkosi.arguments,
      ],
      work: ['mkosi.workspace'],
      caches: ['mkosi.cache'],
      output: 'mkosi.output/*.raw',
      phaseOf: (line) => /^‣ +(.+)$/.exec(line)?.[1],
    };
  }
  return {
    kind: 'live-build',
    argv: () => ['sh', '-ec', 'lb clean; lb config; lb build'],
    work: ['chroot', 'binary', '.build'],
    caches: ['cache'],
    output: '*.iso',
    phaseOf: (line) => /^(?:P: |\[[^\]]*\] )((?:Begin |lb )?.+)$/.exec(line)?.[1],
  };
}
