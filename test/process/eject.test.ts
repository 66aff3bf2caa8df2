import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { identityOf, isAlive } from '../../src/host/process-identity.ts';
import type { EjectReport } from '../../src/protocol/cartridge-views.ts';
import { eventually } from '../support/eventually.ts';
import { has } from '../support/has.ts';
import { canMount, type MountNamespace, mountNamespace } from '../support/mount-namespace.ts';
import { testRoot } from '../support/place.ts';

const source = resolve(import.meta.dirname, '../../src');

let room: string;
let project: string;
beforeEach(() => {
  room = realpathSync(mkdtempSync(join(testRoot, 'eject-')));
  project = join(room, 'project');
  mkdirSync(join(project, 'work'), { recursive: true });
  writeFileSync(join(project, 'cartridge.yaml'), 'version: 1\nbuilder: { command: "true" }\n');
});
afterEach(() => rmSync(room, { recursive: true }));

/** Ejects the project as a process that has these mounts. */
function eject(namespace: MountNamespace, more: object = {}): EjectReport {
  const script = `
    import { localEngine } from ${JSON.stringify(join(source, 'index.ts'))};
    const engine = localEngine({ ...process.env, VMDIR: ${JSON.stringify(join(room, 'vms'))} });
    const given = ${JSON.stringify({ directory: project, ...more })};
    console.log(JSON.stringify(await engine.cartridge.eject(given)));`;
  const command = namespace.argv(process.execPath, '--input-type=module', '-e', script);
  const { status, stdout, stderr } = spawnSync(...command, { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

/** Where the host has something mounted that the mounts of a test could reach: other tests mount as well. */
const hostMounts = () =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) =>
      [room, '/sys', '/dev', '/proc'].some((at) => `${line.split(' ')[4]}/`.startsWith(`${at}/`)),
    );

describe.skipIf(!canMount)('eject', () => {
  test('unmounts what is nested, hidden, copied or named strangely, and nothing else', async () => {
    using namespace = await mountNamespace();
    const before = hostMounts();
    const mount = `
      cd "$1/project/work"
      mkdir -p root/proc root/sys root/dev "a b\tc" twice ../../stranger ../workshop
      mount -t tmpfs stranger ../../stranger
      mount -t tmpfs stranger ../workshop`;
    namespace.sh(mount, room);
    const [strangers, devices] = [namespace.mountsIn(room), namespace.mountsIn('/dev')];
    const nest = `
      cd "$1/project/work"
      mount -t proc proc root/proc
      mount --rbind /sys root/sys
      mount --rbind /dev root/dev
      mount -t tmpfs x "a b\tc"
      mount -t tmpfs x twice
      mkdir twice/in
      mount -t tmpfs x twice/in
      mount -t tmpfs x twice`;
    namespace.sh(nest, room);
    const ours = namespace.mountsIn(join(project, 'work'));
    expect(ours.length).toBeGreaterThan(6);

    const planned = eject(namespace, { dryRun: true });
    expect(namespace.mountsIn(join(project, 'work'))).toEqual(ours);
    const done = eject(namespace);
    expect(done.items).toEqual(planned.items);
    expect(done.items.filter(({ what }) => what === 'mount')).toHaveLength(ours.length);
    expect(done.items.every(({ done }) => ['unmounted', 'removed'].includes(done))).toBe(true);
    expect(namespace.mountsIn(room)).toEqual(strangers);
    expect(namespace.mountsIn('/dev')).toEqual(devices);
    expect(hostMounts()).toEqual(before);
    expect(existsSync(join(project, 'work'))).toBe(false);
    expect(eject(namespace).items).toEqual([]);
  });

  test('takes what a stranger keeps busy out of sight, names him and lets him be', async () => {
    using namespace = await mountNamespace();
    namespace.sh('mkdir "$1/work/m"; mount -t tmpfs x "$1/work/m"', project);
    const stranger = namespace.start(process.env, 'sh', '-c', 'cd "$0/work/m" && exec sleep 1000', project);
    const identity = identityOf(stranger.pid ?? 0);
    const ended = once(stranger, 'exit');
    await eventually(
      () => readFileSync(`/proc/${stranger.pid}/comm`, 'utf8') === 'sleep\n',
      'it to sit there',
    );
    const { items } = eject(namespace);
    expect(items[0]).toEqual({
      ...{ what: 'mount', name: join(project, 'work/m'), done: 'unmounted lazily' },
      reason: `in use by sleep (${stranger.pid})`,
    });
    expect(namespace.mountsIn(project)).toEqual([]);
    expect(identity && isAlive(identity)).toBe(true);
    stranger.kill('SIGKILL');
    await ended;
  });

  test.skipIf(!has('losetup') || !existsSync('/dev/loop-control'))(
    "frees the loop devices of the project, also of files that are gone, and not a stranger's",
    async () => {
      using namespace = await mountNamespace();
      const attach = (file: string): string => {
        writeFileSync(file, Buffer.alloc(1 << 16));
        return execFileSync('losetup', ['--find', '--show', file], { encoding: 'utf8' }).trim();
      };
      const stranger = attach(join(room, 'disk'));
      try {
        const ours = attach(join(project, 'work/disk'));
        const gone = attach(join(project, 'work/gone'));
        rmSync(join(project, 'work/gone'));
        const { items } = eject(namespace);
        const freed = items.filter(({ what, done }) => what === 'loop device' && done === 'freed');
        expect(freed.map(({ name }) => name).sort()).toEqual([ours, gone].sort());
        // A device that is free may be somebody else's at once.
        const stands = (device: string, file: string) => {
          const backing = `/sys/block/${device.slice(5)}/loop/backing_file`;
          return existsSync(backing) && readFileSync(backing, 'utf8').startsWith(file);
        };
        expect(stands(ours, join(project, 'work/disk'))).toBe(false);
        expect(stands(gone, join(project, 'work/gone'))).toBe(false);
        expect(stands(stranger, join(room, 'disk'))).toBe(true);
      } finally {
        execFileSync('losetup', ['--detach', stranger]);
      }
    },
  );
});
