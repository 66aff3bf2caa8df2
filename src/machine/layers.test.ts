import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { has } from '../../test/support/has.ts';
import { testRoom } from '../../test/support/room.ts';
import { Scope } from '../base/scope.ts';
import { createDisk } from '../qemu/disk-image.ts';
import { type Home, openHome } from './home.ts';
import { usersOf } from './image-users.ts';
import { keptLayers, usersOfLayers } from './kept.ts';
import {
  asLayer,
  freeingLayers,
  layerReference,
  layersBelow,
  layersOf,
  linkedLayer,
  newLayer,
} from './layers.ts';
import { type Machine, placeOf } from './machine.ts';
import { sweep } from './sweep.ts';

const room = testRoom();
let home: Home;
beforeEach(() => {
  home = openHome({ VMDIR: room(), XDG_CONFIG_HOME: room('.config') });
});

const layers = () => readdirSync(layersOf(home)).sort();
const free = () => freeingLayers(home, async () => {});

async function machine(name: string, backing?: string): Promise<Machine> {
  mkdirSync(room(name));
  writeFileSync(room(name, 'machine.yaml'), 'version: 1\ndisks: [drive.qcow2]\n');
  const below = backing === undefined ? undefined : { file: backing, format: 'qcow2' };
  await createDisk(new Scope(), room(name, 'drive.qcow2'), 2 ** 20, below);
  return placeOf(home, name);
}

/** As a snapshot does it: what is the disk is frozen, and a new one lies on it. @returns the frozen layer */
async function freeze(name: string, snapshot?: string): Promise<string> {
  const disk = room(name, 'drive.qcow2');
  const layer = asLayer(home, disk);
  rmSync(disk);
  await createDisk(new Scope(), disk, 2 ** 20, { file: layerReference(layer), format: 'qcow2' });
  if (snapshot !== undefined) {
    mkdirSync(room(name, 'snapshots', snapshot), { recursive: true });
    symlinkSync(`../../../.layers/${layer}`, room(name, 'snapshots', snapshot, 'disk0.qcow2'));
  }
  return layer;
}

describe.skipIf(!has('qemu-img'))('in a home with disks', () => {
  test('a disk is one layer, however often it is asked', async () => {
    await machine('m');
    const layer = asLayer(home, room('m/drive.qcow2'));
    expect(layer).toMatch(/^[0-9a-f]{16}\.qcow2$/);
    expect(asLayer(home, room('m/drive.qcow2'))).toBe(layer);
    expect(newLayer('.qcow2')).not.toBe(newLayer('.qcow2'));
  });

  test('a chain is read from its top, and QEMU reads the same', async () => {
    await machine('m');
    const frozen = [await freeze('m'), await freeze('m'), await freeze('m')];
    expect(layersBelow(home, room('m/drive.qcow2'))).toEqual(frozen.toReversed());
    const args = ['info', '--backing-chain', '--output=json', room('m/drive.qcow2')];
    const seen = JSON.parse(execFileSync('qemu-img', args).toString()) as { filename: string }[];
    expect(seen).toHaveLength(4);
    rmSync(room('.layers', frozen[1] as string));
    expect(layersBelow(home, room('m/drive.qcow2'))).toEqual([frozen[2], frozen[1]]);
  });

  test('what lies on itself is read once', async () => {
    await machine('m');
    const layer = await freeze('m');
    await createDisk(new Scope(), room('.layers', layer), 2 ** 20, {
      file: layerReference(layer),
      format: 'qcow2',
    });
    expect(layersBelow(home, room('m/drive.qcow2'))).toEqual([layer]);
  });

  test('layers go with the last who needs them, in whatever order', async () => {
    await machine('m');
    const [first, second] = [await freeze('m', 's1'), await freeze('m', 's2')];
    await machine('fork', layerReference(first));
    await free();
    expect(layers()).toEqual([first, second].sort());

    rmSync(room('m/snapshots/s1'), { recursive: true });
    await free();
    expect(layers()).toEqual([first, second].sort()); // both lie below what is left of m

    rmSync(room('m'), { recursive: true });
    await free();
    expect(layers()).toEqual([first]);
    rmSync(room('fork'), { recursive: true });
    await free();
    expect(layers()).toEqual([]);
  });

  test.each(['pending', '.m.pending.1.1.0.tmp', '.m.new.1.1.0.tmp'])(
    'a disk in %s needs what it lies on',
    async (place) => {
      const it = await machine('m');
      const layer = await freeze('m');
      const directory = place.startsWith('.') ? room(place) : room('m', place);
      mkdirSync(directory);
      renameSync(room('m/drive.qcow2'), `${directory}/drive.qcow2`);
      await free();
      expect(layers()).toEqual([layer]);
      expect(keptLayers(it)).toEqual([]);
    },
  );

  test('whose disks lie on what a machine has kept is told, and the machine itself is not', async () => {
    const it = await machine('m');
    const layer = await freeze('m', 's1');
    expect(keptLayers(it)).toEqual([layer]);
    expect(usersOfLayers(home, [layer], 'm')).toEqual([]);
    await machine('fork', layerReference(layer));
    await freeze('fork', 'own');
    expect(usersOfLayers(home, [layer], 'm')).toEqual(['fork', 'fork@own']);
    expect(usersOfLayers(home, [], 'm')).toEqual([]);
  });

  test('an image is in use where it lies below layers, however many, be it by a snapshot alone', async () => {
    mkdirSync(room('.images/base'), { recursive: true });
    await createDisk(new Scope(), room('.images/base/disk.qcow2'), 2 ** 20);
    await machine('m', '../.images/base/disk.qcow2');
    for (let depth = 0; depth < 40; depth++) await freeze('m');
    await freeze('m', 's1');
    expect(usersOf(home)('base')).toEqual(['m']);
    rmSync(room('m/drive.qcow2'));
    expect(usersOf(home)('base')).toEqual(['m']);
    mkdirSync(room('m/pending'));
    const top = { file: layerReference(keptLayers(placeOf(home, 'm'))[0] as string), format: 'qcow2' };
    rmSync(room('m/snapshots'), { recursive: true });
    await createDisk(new Scope(), room('m/pending/drive.qcow2'), 2 ** 20, top);
    expect(usersOf(home)('base')).toEqual(['m']);
  });

  test('a command that was killed while it freed layers is made up for', async () => {
    await machine('m');
    await freeze('m');
    rmSync(room('m'), { recursive: true });
    writeFileSync(room('.freeing.1.1.0.tmp'), ''); // of a process that is not there
    await sweep(home);
    expect([layers(), existsSync(room('.freeing.1.1.0.tmp'))]).toEqual([[], false]);
  });
});

test('only a link among the layers leads to one', () => {
  mkdirSync(room('m/snapshots/s1'), { recursive: true });
  const link = (name: string, to: string) => {
    symlinkSync(to, room('m/snapshots/s1', name));
    return linkedLayer(room('m/snapshots/s1', name));
  };
  expect(link('disk0', '../../../.layers/a.qcow2')).toBe('a.qcow2');
  expect(link('disk1', '/etc/passwd')).toBeUndefined();
  writeFileSync(room('m/snapshots/s1/state'), '');
  expect(linkedLayer(room('m/snapshots/s1/state'))).toBeUndefined();
  expect(linkedLayer(room('m/none'))).toBeUndefined();
});
