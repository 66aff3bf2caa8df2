import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Ended, RunOptions, TestHome } from './home.ts';

/** A project beside a test's machines, with a builder that is a script. */
export interface TestProject {
  directory: string;
  path(...parts: string[]): string;
  write(file: string, text: string): void;
  /** Runs the built `vm` for it: `vm build DIR …`. */
  vm(command: string, ...args: string[]): Promise<Ended>;
  run(options: RunOptions, command: string, ...args: string[]): Promise<Ended>;
}

/** A builder that takes no time: an ISO with one file, by xorriso, in two phases. */
export const quickBuilder = `#!/bin/sh
set -e
echo '==> Preparing the tree'
mkdir -p "$CARTRIDGE_WORK/iso" "$CARTRIDGE_OUTPUT"
date >"$CARTRIDGE_WORK/iso/made"
echo '==> Writing the ISO'
xorriso -as mkisofs -quiet -V TEST -o "$CARTRIDGE_OUTPUT/$CARTRIDGE_NAME.iso" "$CARTRIDGE_WORK/iso"
`;

/** @param more keys of cartridge.yaml */
export function testProject(home: TestHome, script = quickBuilder, more: object = {}): TestProject {
  const directory = home.path('..', 'project');
  const path = (...parts: string[]) => join(directory, ...parts);
  mkdirSync(directory, { recursive: true });
  const project: TestProject = {
    directory,
    path,
    write: (file, text) => writeFileSync(path(file), text),
    vm: (command, ...args) => home.vm(command, directory, ...args),
    run: (options, command, ...args) => home.run(options, command, directory, ...args),
  };
  project.write('build.sh', script);
  chmodSync(path('build.sh'), 0o755);
  const cartridge = { version: 1, name: 'test', builder: { command: './build.sh' }, ...more };
  project.write('cartridge.yaml', stringify(cartridge));
  return project;
}
