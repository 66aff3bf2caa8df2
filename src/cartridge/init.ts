import { realpathSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, VivariumError } from '../base/errors.ts';
import type { CartridgeReport } from '../protocol/cartridge-views.ts';
import { nameOf } from './cartridge.ts';
import { cartridgeFile } from './files.ts';
import { lookAtProject, type Project } from './project.ts';

/**
 * Writes the cartridge.yaml that fits a project.
 * @throws `cartridge-exists`; `file-missing` where there is no such directory
 */
export function initCartridge(path: string): CartridgeReport {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new VivariumError('file-missing', { file: path, what: 'The directory' });
  }
  const directory = realpathSync(path);
  const file = join(directory, cartridgeFile);
  const name = nameOf(directory);
  const project = lookAtProject(directory);
  try {
    writeFileSync(file, cartridgeText(name, project), { flag: 'wx' });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    throw new VivariumError('cartridge-exists', { file }, { cause: error });
  }
  return { file, name, builder: project.builder, because: project.because };
}

/** A cartridge.yaml for people to go on with. Pure. */
export function cartridgeText(name: string, { builder, value, output }: Project): string {
  const live = `  debian-live:
    release: bookworm
    packages: []          # beside the usual ones, as openssh-server
    # user: user          # logs in by the password live, and may do all by sudo
    # commands:           # in the new system, as root
    #   - systemctl enable my-installer
`;
  const injected = builder === 'debian-live' ? 'at each build' : 'into the ISO that comes out';
  return `# What this project builds, and how it is tried. All keys: vm help cartridge.yaml
version: 1
name: ${JSON.stringify(name)}

builder:
${builder === 'debian-live' ? live : `  ${builder}: ${value}\n`}
${builder === 'command' ? '# What the builder leaves behind, all of which vm eject removes.\nwork: work\n\n' : ''}# Where the ISO comes out; of several the newest counts.
${output === undefined ? '# output: out/*.iso' : `output: ${JSON.stringify(output)}`}

# Files of the project that go into the system, ${injected} or with vm build --into ISO.
# .git, what builders leave behind and what comes out always stay out.
# inject:
#   - from: .
#     to: /root/${name}
#     exclude: [build, '*.log']

# Variables that the system's shells have.
# env:
#   TESTING: '1'

# How vm run boots it: its flags by their names.
# run:
#   memory: 4G
#   cpus: 4
#   forward: ['2222:22']
`;
}
