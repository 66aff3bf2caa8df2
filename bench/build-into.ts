import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianLive } from '../test/support/debian-live.ts';
import { node, root, vm } from './bench.ts';
import type { Benchmark } from './benchmark.ts';
import { paired } from './paired.ts';
import { programTime } from './program-time.ts';

const cartridge = `version: 1
name: distribution
builder: { debian-live: {} }
inject:
  - { from: repository, to: /opt/repository }
`;

export const buildInto: Benchmark = {
  name: 'build-into',
  how:
    '`vm build --into ISO --output OTHER` of a project that injects this repository’s own sources and documents, ' +
    'against `vm build` of the same project: a live Debian by the built-in builder, its packages already there.',
  measure: async (bench) => {
    const project = join(bench.directory, 'project');
    mkdirSync(project);
    writeFileSync(join(project, 'cartridge.yaml'), cartridge);
    for (const part of ['src', 'docs', 'test', 'dist']) {
      cpSync(join(root, part), join(project, 'repository', part), { recursive: true });
    }
    const iso = await debianLive();
    const build = (...args: string[]) =>
      programTime(node, [vm, 'build', project, ...args], { env: bench.env });
    bench.say('building the ISO once, for its packages to be there');
    build();
    return [
      await paired(bench, {
        what: '`vm build --into ISO` of this repository',
        over: '`vm build` of the ISO',
        bar: 0.1,
        pairs: 2,
        warmUps: 0,
        ours: () => build('--into', iso, '--output', join(project, 'injected.iso')),
        theirs: () => build(),
      }),
    ];
  },
};
