import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canBuildLive } from '../support/debian-live.ts';
import { eventually } from '../support/eventually.ts';
import { builtVm, type TestHome, testHome } from '../support/home.ts';
import { canMount, mountNamespace } from '../support/mount-namespace.ts';
import { asOrdinaryUser, canBecomeUser, ordinaryRoom } from '../support/ordinary-user.ts';
import { quickBuilder, testProject } from '../support/project.ts';

/** As builders of distributions work: in a tree with the host's devices, by helpers that forget who began. */
const mountingBuilder = `#!/bin/sh
set -e
echo '==> Mounting'
mkdir -p work/root/proc work/root/sys work/root/dev
mount -t proc proc work/root/proc
mount --rbind /sys work/root/sys
mount --rbind /dev work/root/dev
if [ -n "$HALT" ]; then
  env -i setsid tail -f "$PWD/cartridge.yaml" &
  echo '==> Installing'
  cd work/root
  sleep 1000
fi
umount --recursive work/root/proc
mount --make-rslave work/root/sys
umount --recursive work/root/sys
mount --make-rslave work/root/dev
umount --recursive work/root/dev
${quickBuilder.slice(quickBuilder.indexOf('echo'))}`;

/** The processes whose command line or environment names a directory. */
function processesOf(directory: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .flatMap((pid) => {
      try {
        const [command, environment] = ['cmdline', 'environ'].map((file) =>
          readFileSync(`/proc/${pid}/${file}`, 'utf8'),
        );
        return `${command}${environment}`.includes(directory)
          ? `${pid} ${command?.replaceAll('\0', ' ')}`
          : [];
      } catch {
        return []; // gone
      }
    });
}

describe.skipIf(!canMount)('a build that is killed with proc, sys and dev in its tree', () => {
  test.each(['eject', 'build'])('is ejected whole by the next vm %s', async (next) => {
    await using home = testHome();
    using namespace = await mountNamespace();
    const project = testProject(home, mountingBuilder);
    const devices = namespace.mountsIn('/dev');
    const env = { ...home.env, HALT: 'yes' };
    const killed = namespace.start(env, process.execPath, builtVm, 'build', project.directory);
    await says(killed, 'Installing');
    killed.kill('SIGKILL');
    await once(killed, 'close');
    expect(namespace.mountsIn(project.directory).length).toBeGreaterThan(3);

    const after = namespace.start(home.env, process.execPath, builtVm, next, project.directory);
    const output: string[] = [];
    for (const stream of [after.stdout, after.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => output.push(text));
    }
    const [code] = await once(after, 'close');
    expect(code, output.join('')).toBe(0);
    expect(namespace.mountsIn(project.directory)).toEqual([]);
    expect(namespace.mountsIn('/dev')).toEqual(devices);
    expect(processesOf(project.directory)).toEqual([]);
    expect(output.join('')).toMatch(/unmounted (mount )?\S*work\/root\/dev\/pts/);
    if (next === 'build') expect(existsSync(project.path('out/test.iso'))).toBe(true);
    else expect(existsSync(project.path('work'))).toBe(false);
  });
});

const users = { root: false, 'an ordinary user': true };

describe.skipIf(!canBuildLive || !canBecomeUser).each(Object.entries(users))('as %s', (_, ordinary) => {
  test('a build of a live ISO that is killed leaves no mount, and what it leaves is ejected or built over', async () => {
    await using home = testHome();
    const room = ordinary ? ordinaryRoom(home) : home.path('..');
    const project = join(room, 'live');
    mkdirSync(project, { recursive: true });
    writeFileSync(join(project, 'cartridge.yaml'), 'version: 1\nbuilder: { debian-live: {} }\n');
    if (ordinary) execFileSync('chown', ['-R', '4242:4242', room]);
    const env = { ...home.env, ...slowTools(home) };
    const vm = (command: string, halt = '') => {
      const words = [command, project];
      const [program, args] = ordinary
        ? asOrdinaryUser(home, ...words)
        : [process.execPath, [builtVm, ...words]];
      return spawn(program, args, { env: { ...env, HALT: halt }, stdio: ['ignore', 'pipe', 'pipe'] });
    };
    for (const next of ['eject', 'build']) {
      const killed = vm('build', 'installing remaining packages inside the chroot');
      await says(killed, 'Installing the packages');
      killed.kill('SIGKILL');
      await once(killed, 'close');
      await eventually(
        () => processesOf(project).length === 0,
        () => `all of it to be gone: ${processesOf(project).join('\n')}`,
      );
      expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(project);
      expect(existsSync(join(project, '.vivarium/work/tree/locked'))).toBe(true);
      const after = vm(next);
      const [code] = await once(after, 'close');
      expect(code).toBe(0);
      expect(existsSync(join(project, '.vivarium/work'))).toBe(false);
      expect(existsSync(join(project, 'out/live.iso'))).toBe(next === 'build');
    }
  });
});

/** A stand-in for mmdebstrap that can be halted. */
function slowTools(home: TestHome): NodeJS.ProcessEnv {
  const tools = home.path('..', 'tools');
  mkdirSync(tools);
  copyFileSync(join(import.meta.dirname, '../support/slow-mmdebstrap'), join(tools, 'mmdebstrap'));
  const kernel = home.path('..', 'vmlinuz');
  copyFileSync(home.path('.images/tiny/vmlinuz'), kernel);
  return { PATH: `${tools}${delimiter}${process.env.PATH}`, KERNEL: kernel };
}

/** Resolves when a command has told this. */
function says(child: ChildProcess, text: string): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (more) => {
      said += more;
      if (said.includes(text)) resolve();
    });
    child.on('close', () => reject(new Error(`it ended before it said ${text}: ${said}`)));
  });
}
