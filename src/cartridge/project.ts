import { accessSync, constants, existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a project is built by, as far as one can see that. */
export interface Project {
  /** The key of `builder` in cartridge.yaml, and what stands there, as YAML in one line. */
  builder: string;
  value: string;
  /** By what it was known, as the end of a sentence. */
  because: string;
  /** Where what comes out is found, where that is not the builder's usual place. */
  output?: string;
}

/** What live-build keeps below config/. */
const liveBuildParts = [
  'package-lists',
  'includes.chroot',
  'hooks',
  'bootstrap',
  'chroot',
  'binary',
  'common',
];

/** Scripts as people call them that build an ISO. */
const scripts = ['build-iso', 'build-iso.sh', 'mkiso.sh', 'make-iso.sh', 'build.sh', 'build'];

/** Looks what a project has. */
export function lookAtProject(directory: string): Project {
  const has = (...parts: string[]) => existsSync(join(directory, ...parts));
  const [profile] = globSync('{,*/,*/*/}profiledef.sh', { cwd: directory }).sort(
    (a, b) => a.length - b.length || a.localeCompare(b),
  );
  if (profile !== undefined) {
    const value = `{ profile: ${quoted(dirname(profile))} }`;
    return { builder: 'mkarchiso', value, because: `${profile} is there` };
  }
  const part = liveBuildParts.find((name) => has('config', name));
  if (has('auto', 'config') || part) {
    const because = `${part ? `config/${part}` : 'auto/config'} is there`;
    return { builder: 'live-build', value: '{}', because };
  }
  const mkosi = ['mkosi.conf', 'mkosi.conf.d', 'mkosi.default'].find((name) => has(name));
  if (mkosi) return { builder: 'mkosi', value: '{}', because: `${mkosi} is there` };
  return (
    byScript(directory) ?? { builder: 'debian-live', value: '', because: 'no other builder is seen here' }
  );
}

function byScript(directory: string): Project | undefined {
  const made = ['Makefile', 'makefile', 'GNUmakefile'].find((name) => hasIsoTarget(join(directory, name)));
  if (made) {
    const because = `${made} makes an iso`;
    return { builder: 'command', value: 'make iso', because, output: '**/*.iso' };
  }
  const script = scripts.find((name) => existsSync(join(directory, name)));
  if (script === undefined) return undefined;
  const value = isProgram(join(directory, script)) ? `./${script}` : `sh ${script}`;
  return { builder: 'command', value, because: `${script} is there`, output: '**/*.iso' };
}

function hasIsoTarget(makefile: string): boolean {
  return existsSync(makefile) && /^iso\s*:(?!=)/m.test(readFileSync(makefile, 'utf8'));
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A scalar of YAML that is a text, whatever it holds. */
const quoted = (text: string): string => (/^[A-Za-z_.][\w./-]*$/.test(text) ? text : JSON.stringify(text));
