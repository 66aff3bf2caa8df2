import { describe, expect, test } from 'vitest';
import { mmdebstrapArguments, phaseOf, whatFailed } from './debian-tree.ts';

const request = {
  suite: 'bookworm',
  packages: ['systemd', 'nginx'],
  stage: '/stage',
  settings: { hostname: '', user: '', root: 'uuid' },
  tree: '/a b/tree',
  log: '/log',
};

test('mmdebstrap is given all packages at once, then the suite, the tree and the mirror', () => {
  const args = mmdebstrapArguments({ ...request, mirror: 'file:///mirror' });
  expect(args).toContain('--include=systemd,nginx');
  expect(args.slice(-3)).toEqual(['bookworm', '/a b/tree', 'file:///mirror']);
  expect(mmdebstrapArguments(request).slice(-2)).toEqual(['bookworm', '/a b/tree']);
});

test('what mmdebstrap says becomes a phase, where one begins', () => {
  expect(phaseOf('I: downloading packages with apt...')).toBe('Downloading packages');
  expect(phaseOf('I: running --customize-hook in shell: sh -c ...')).toBe('Configuring the system');
  expect(phaseOf('I: automatically chosen mode: root')).toBeUndefined();
  expect(phaseOf('Setting up nginx (1.22.1-9) ...')).toBeUndefined();
});

test('packages are kept where there is a directory for them, and only there', () => {
  const kept = mmdebstrapArguments({ ...request, cache: '/cache' });
  expect(kept).toContain('--setup-hook=mount --bind "$VIVARIUM_CACHE" "$1/var/cache/apt/archives"');
  expect(kept).toContain('--skip=essential/unlink');
  expect(mmdebstrapArguments(request).join()).not.toMatch(/archives|unlink/);
});

describe('of a long output, the lines that say why are told:', () => {
  const noise = Array.from({ length: 20 }, (_, index) => `Setting up package${index}`);
  const end = [
    'E: setup failed: E: command failed: sh',
    'I: main() received signal',
    'E: mmdebstrap failed to run',
  ];

  test('those of apt', () => {
    const why = 'E: Unable to locate package nginz';
    expect(whatFailed([why, ...noise, ...end])).toEqual([why]);
  });

  test('else the last, as those of a recipe’s command', () => {
    const why = ['+ nginz -t', '/mnt/commands: 1: nginz: not found'];
    expect(whatFailed([...noise, ...why, ...end])).toEqual([...noise.slice(-6), ...why]);
  });
});
