import { join } from 'node:path';

/** What a cartridge is written in. */
export const cartridgeFile = 'cartridge.yaml';

/** A directory in the project for what Vivarium keeps of it; git does not see it. */
export const stateDirectory = '.vivarium';

/** What lies in there. */
export const stateFiles = {
  /** All that the last build said. */
  log: 'build.log',
  /** Whose processes the last build's are (see builder-record.ts). */
  builder: 'builder.json',
  /** Where the built-in builder works. */
  work: 'work',
  /** Packages that were downloaded. */
  cache: 'cache',
  /** The disk to which the last run could install, and the variables of its UEFI. */
  disk: 'disk.qcow2',
  uefiVariables: 'uefi-vars.fd',
  ignore: '.gitignore',
};

/** The path of a file of the state of the cartridge in `directory`. */
export function statePath(directory: string, file: keyof typeof stateFiles): string {
  return join(directory, stateDirectory, stateFiles[file]);
}
