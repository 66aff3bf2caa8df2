import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findTool } from '../../src/host/find-tool.ts';
import { canBuildDebian } from '../support/debian.ts';
import { eventually } from '../support/eventually.ts';
import { builtVm, type TestHome, testHome } from '../support/home.ts';
import { asOrdinaryUser, canBecomeUser, ordinaryRoom } from '../support/ordinary-user.ts';
import { script } from '../support/sshd.ts';

/** A phase as `vm` tells it, and what the stand-ins have to be told to halt in it: one of mmdebstrap's, or a tool. */
const phases: [told: string, halt: string][] = [
  ['Downloading packages', 'downloading packages with apt'],
  ['Installing the packages', 'installing remaining packages inside the chroot'],
  ['Configuring the system', 'running --customize-hook in shell'],
  ['Writing the disk', 'sfdisk'],
  ['Packing the kernel', 'qemu-img'],
];

/** A tool that, where it has to halt, does so for as long as the `vm` that has started it. */
const haltingTool = (tool: string) => `if [ "$HALT" = ${tool} ]; then
  while kill -0 $PPID 2>/dev/null; do sleep 0.1; done
  exit 1
fi
exec '${findTool(tool)}' "$@"`;

const users = { root: false, 'an ordinary user': true };

/** A home with images of its own, and stand-ins for tools that can be halted. */
function buildHome(): TestHome & { tools: string } {
  const home = testHome('builds');
  const kernel = home.path('..', 'vmlinuz');
  copyFileSync(home.path('.images/tiny/vmlinuz'), kernel);
  const tools = home.path('..', 'tools');
  mkdirSync(tools);
  copyFileSync(join(import.meta.dirname, '../support/slow-mmdebstrap'), join(tools, 'mmdebstrap'));
  for (const tool of ['sfdisk', 'qemu-img']) script(join(tools, tool), haltingTool(tool));
  Object.assign(home.env, { PATH: `${tools}${delimiter}${process.env.PATH}`, KERNEL: kernel });
  return Object.assign(home, { tools });
}

const images = (home: TestHome, ordinary: boolean) =>
  ordinary ? join(ordinaryRoom(home), 'vms/.images') : home.path('own/.images');

function start(home: TestHome, ordinary: boolean, halt: string): ChildProcess {
  const words = ['image', 'build', 'debian'];
  const [command, args] = ordinary ? asOrdinaryUser(home, ...words) : [process.execPath, [builtVm, ...words]];
  const env = { ...home.env, VMDIR: home.path('own'), HALT: halt };
  return spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
}

async function ended(child: ChildProcess): Promise<{ code: number | null; said: string }> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const [code] = await once(child, 'close');
  return { code, said };
}

/** Whatever still runs for this home, or is mounted in it. */
function leftIn(home: TestHome): string[] {
  const directory = home.path('..');
  const commands = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return []; // gone
      }
    });
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  return [...commands, ...mounts].filter((line) => line.includes(directory));
}

describe.skipIf(!canBuildDebian || !canBecomeUser).each(Object.entries(users))('as %s', (_, ordinary) => {
  test('a build of Debian that is interrupted or killed in any phase leaves nothing, and the next two work', async () => {
    await using home = buildHome();
    for (const signal of ['SIGINT', 'SIGKILL'] as const) {
      for (const [told, halt] of phases) {
        const child = start(home, ordinary, halt);
        let said = '';
        child.stderr?.setEncoding('utf8').on('data', (text) => {
          if (!said.includes(told) && (said + text).includes(told)) child.kill(signal);
          said += text;
        });
        const [code, by] = await once(child, 'close');
        expect([said, signal === 'SIGINT' ? code : by]).toEqual([
          expect.stringContaining(told),
          signal === 'SIGINT' ? 130 : 'SIGKILL',
        ]);
        await eventually(
          () => leftIn(home).length === 0,
          () => `all of it to be gone: ${leftIn(home).join('\n')}`,
        );
        const there = readdirSync(images(home, ordinary));
        expect(there, `after ${signal} in ${told}`).toEqual(signal === 'SIGINT' ? [] : ['.debian.new']);
      }
    }
    // Of two at once, one builds; its image is as good for the other.
    const both = await Promise.all([ended(start(home, ordinary, '')), ended(start(home, ordinary, ''))]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    const built = both.map(({ said }) => said.includes('Packing the kernel'));
    expect(built.sort()).toEqual([false, true]);
    expect(readdirSync(images(home, ordinary))).toEqual(['debian']);
    expect(readdirSync(join(images(home, ordinary), 'debian')).sort()).toEqual([
      'disk.raw',
      'image.json',
      'initrd',
      'overlay.qcow2',
      'vmlinux',
      'vmlinuz',
    ]);
  });
});
