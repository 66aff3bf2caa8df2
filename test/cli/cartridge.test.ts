import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { has } from '../support/has.ts';
import { testHome } from '../support/home.ts';
import { testProject } from '../support/project.ts';

describe.skipIf(!has('xorriso'))('vm build', () => {
  test('begins a cartridge for a project, builds it, and says phases, size and time', async () => {
    await using home = testHome();
    const project = testProject(home);
    rmSync(project.path('cartridge.yaml'));
    expect(await home.vm('cartridge', 'init', project.directory)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('with the builder command: build.sh is there'),
    });
    expect(await home.vm('cartridge', 'init', project.directory)).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('already'),
    });
    const built = await project.vm('build');
    expect(built).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/\/project\.iso is ready \(\d+K, in .*s\)\. Boot it: vm run/),
      stderr: expect.stringMatching(/Preparing the tree … .*s\n +Writing the ISO … .*s\n/),
    });
    expect(readFileSync(project.path('.vivarium/build.log'), 'utf8')).toMatch(
      /^==> Preparing the tree\n==> Wr/,
    );
    expect(readFileSync(project.path('.vivarium/.gitignore'), 'utf8')).toBe('*\n');
  });

  test('says the last lines of the step that failed, where the log is, and leaves nothing running', async () => {
    await using home = testHome();
    const script = `#!/bin/sh
echo '==> First'
echo noise
echo '==> Second'
sleep 1000 &
echo 'E: no such package: frobnicate' >&2
exit 3
`;
    const project = testProject(home, script);
    const { code, stderr } = await project.vm('build');
    expect(code).toBe(1);
    expect(stderr).toContain(
      'vm: Second failed: ./build.sh ended with exit code 3.\n  | E: no such package: frobnicate\n',
    );
    expect(stderr).toContain(`All that it said: ${project.path('.vivarium/build.log')}`);
    expect(stderr.split('vm:')[1]).not.toContain('noise');
    expect(readFileSync(project.path('.vivarium/build.log'), 'utf8')).toContain('noise');
    const { items } = JSON.parse((await project.vm('eject', '--json')).stdout);
    expect(items).toEqual([]);
  });

  test('of two at once one is told that the other is there', async () => {
    await using home = testHome();
    const script = `#!/bin/sh
echo '==> Waiting'
read line <"$CARTRIDGE_NAME"
`;
    const project = testProject(home, script, { name: 'gate' });
    // The first one to open the FIFO waits for the other end, which is opened when the second build has ended.
    execFileSync('mkfifo', [project.path('gate')]);
    const first = project.vm('build');
    await eventually(() => existsSync(project.path('.vivarium/builder.json')), 'the builder to be at work');
    expect(await project.vm('build')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('in use by another'),
    });
    expect(await project.vm('eject')).toMatchObject({ code: 4 });
    writeFileSync(project.path('gate'), 'go\n');
    expect(await first).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('no file matches out/*.iso'),
    });
  });

  test('puts what is injected into what comes out, and into a finished ISO', async () => {
    await using home = testHome();
    const inject = [{ from: '.', to: '/root/project', exclude: ['*.o'] }];
    const project = testProject(home, undefined, { inject, env: { A: "it's" } });
    mkdirSync(project.path('.git'));
    project.write('.git/config', '');
    project.write('a b.o', '');
    project.write('päth with blanks', 'content');
    expect(await project.vm('build')).toMatchObject({ code: 0 });
    const other = project.path('other.iso');
    const into = ['--into', project.path('out/test.iso'), '-o', other];
    expect(await project.vm('build', ...into)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('other.iso'),
    });
    expect(await project.vm('build', '-o', other)).toMatchObject({ code: 2 });
    for (const iso of [project.path('out/test.iso'), other]) {
      const listed = execFileSync('xorriso', ['-indev', iso, '-find', '/', '-type', 'f'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const files = listed
        .split('\n')
        .filter((line) => line.includes('/root/'))
        .sort();
      expect(files).toEqual([
        "'/root/project/build.sh'",
        "'/root/project/cartridge.yaml'",
        "'/root/project/päth with blanks'",
      ]);
    }
  });

  test('--clean removes what a builder worked in', async () => {
    await using home = testHome();
    const project = testProject(home);
    mkdirSync(project.path('work/old'), { recursive: true });
    expect(await project.vm('build')).toMatchObject({ code: 0 });
    expect(existsSync(project.path('work/old'))).toBe(true);
    expect(await project.vm('build', '--clean')).toMatchObject({ code: 0 });
    expect(existsSync(project.path('work/old'))).toBe(false);
    expect(existsSync(project.path('work/iso/made'))).toBe(true);
  });

  test('a builder that has nothing to do leaves what there is', async () => {
    await using home = testHome();
    const project = testProject(home, '#!/bin/sh\n[ -e out/a.iso ] || { mkdir out; echo a >out/a.iso; }\n');
    expect((await project.vm('build')).stderr).not.toContain('nothing new');
    expect(await project.vm('build')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('nothing new'),
    });
  });
});

describe('what is not the builder’s is not removed:', () => {
  test('a directory elsewhere, to which work leads', async () => {
    await using home = testHome();
    const project = testProject(home);
    mkdirSync(home.path('..', 'precious'));
    symlinkSync(home.path('..', 'precious'), project.path('work'));
    for (const command of [['eject'], ['build', '--clean']]) {
      expect(await project.vm(...(command as [string, string]))).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('work is not touched: it leads to '),
      });
    }
    expect(existsSync(home.path('..', 'precious'))).toBe(true);
  });

  test.skipIf(!has('git'))('what git keeps', async () => {
    await using home = testHome();
    const project = testProject(home, undefined, { work: 'src' });
    mkdirSync(project.path('src'));
    project.write('src/[a] b', 'precious');
    execFileSync('git', ['init', '-q'], { cwd: project.directory });
    execFileSync('git', ['add', 'src'], { cwd: project.directory });
    expect(await project.vm('eject')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('src is not touched: git keeps files in it (src/[a] b)'),
    });
    expect(existsSync(project.path('src/[a] b'))).toBe(true);
  });

  test('an ISO that came out, installed disks, and caches until they are asked for', async () => {
    await using home = testHome();
    const project = testProject(home, undefined, {
      work: ['work', 'build'],
      output: 'build/*.iso',
      cache: 'cache',
    });
    for (const file of ['build/a.iso', 'work/x', 'cache/x', '.vivarium/disk.qcow2', '.vivarium/cache/x']) {
      mkdirSync(dirname(project.path(file)), { recursive: true });
      project.write(file, '');
    }
    const ejected = await project.vm('eject');
    expect(ejected).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^removed .*work\nkept directory .*build \(/),
    });
    const there = () => readdirSync(project.directory).filter((name) => !name.includes('.'));
    expect([there(), readdirSync(project.path('.vivarium')).sort()]).toEqual([
      ['build', 'cache'],
      ['.gitignore', 'cache', 'disk.qcow2'],
    ]);
    expect(await project.vm('eject', '--all', '--dry-run')).toMatchObject({
      stdout: expect.stringContaining('would be removed '),
    });
    expect(there()).toEqual(['build', 'cache']);
    expect(await project.vm('eject', '--all')).toMatchObject({ code: 0 });
    expect([there(), readdirSync(project.path('.vivarium')).sort()]).toEqual([
      ['build'],
      ['.gitignore', 'disk.qcow2'],
    ]);
  });

  test('anything where there is no cartridge', async () => {
    await using home = testHome();
    mkdirSync(home.path('work'));
    for (const directory of [home.vmdir, '/', home.path('nowhere')]) {
      expect(await home.vm('eject', directory)).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('is no cartridge'),
      });
    }
    expect(await home.vm('eject', '')).toMatchObject({ code: 2 });
    expect(existsSync(home.path('work'))).toBe(true);
  });
});
