import type { Scope } from '../../base/scope.ts';
import type { Additions } from '../../boot/live/additions.ts';
import type { WrittenSpec } from '../../protocol/machine-spec.ts';
import type { Home } from '../home.ts';
import type { RunParameters } from './parameters.ts';

/** What every way of booting is told. */
export interface Context {
  scope: Scope;
  home: Home;
  parameters: RunParameters;
  /** The machine's name. */
  name: string;
  /** A directory: what is put there comes into the machine's under the same name. */
  stage: string;
  additions: Additions;
  /** To be gone through, where the boot loader is to be; else a kernel is booted directly if that can be. */
  firmware: 'bios' | 'uefi' | undefined;
}

/** How a subject is booted. */
export interface Boot {
  /** For people: `live.iso (debian-live) directly`. */
  how: string;
  /** What machine.yaml says of it; paths are absolute, or names of files in the stage. */
  spec: Omit<Partial<WrittenSpec>, 'version'>;
  /** Bytes of memory that it takes at least, where that is known. */
  memory?: number;
  /** The only job of the guest, where the way of booting has one that was not asked for. */
  job?: Additions['job'];
  /** What would make it quicker. */
  advice: string[];
}
