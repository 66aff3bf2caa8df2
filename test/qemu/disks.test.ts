import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildDiskImage } from '../support/disk-image.ts';
import { eventually } from '../support/eventually.ts';
import { guestSays, prompt } from '../support/guest.ts';
import { type TestHome, testHome } from '../support/home.ts';

/** A home with images of its own: these tests add to them. */
function ownImages(): TestHome {
  const home = testHome();
  rmSync(home.path('.images'), { force: true });
  return home;
}

test.each(['raw', 'qcow2'] as const)('machines over one %s image share nothing but it', async (format) => {
  await using home = ownImages();
  const image = await buildDiskImage(home.vmdir, 'base', format);
  const digest = () => execFileSync('sha256sum', [`${image.directory}/disk.${format}`], { encoding: 'utf8' });
  const before = digest();
  for (const name of ['a', 'b']) {
    await home.engine.machine.make({ name, image: 'base', memory: '128M', network: 'none' });
    await home.engine.machine.start({ name });
  }
  for (const name of ['a', 'b']) await prompt(home, name);
  expect(await guestSays(home, 'a', 'cat /data/from-image; echo of a > /data/own; sync')).toBe(
    'of the image',
  );
  expect(await guestSays(home, 'b', 'ls /data; cat /sys/block/vda/size')).toMatch(
    /from-image\s+lost\+found\s+131072$/,
  );
  for (const name of ['a', 'b']) await home.engine.machine.stop({ name });
  expect(digest()).toBe(before);
});

test('a guest sees the disk that was asked for, and one that grows while it runs', async () => {
  await using home = ownImages();
  await buildDiskImage(home.vmdir, 'base');
  await home.engine.machine.make({ name: 'm', image: 'base', memory: '128M', disk: '3G', network: 'none' });
  await home.engine.disk.add({ name: 'm', what: '100M' });
  await home.engine.machine.start({ name: 'm' });
  await prompt(home, 'm');
  const sizes = () => guestSays(home, 'm', 'cat /sys/block/vda/size /sys/block/vdb/size');
  expect(await sizes()).toBe(`${(3 * 2 ** 30) / 512}\n${(100 * 2 ** 20) / 512}`);
  expect(await home.engine.disk.resize({ name: 'm', size: '+1G' })).toMatchObject({ size: 4 * 2 ** 30 });
  await home.engine.disk.resize({ name: 'm', size: '200M', disk: 'disk1.qcow2' });
  const grown = `${(4 * 2 ** 30) / 512}\n${(200 * 2 ** 20) / 512}`;
  await eventually(async () => (await sizes()) === grown, 'the guest to see larger disks');
  await expect(home.engine.disk.resize({ name: 'm', size: '1G' })).rejects.toThrow('given a smaller disk');
  await home.engine.machine.stop({ name: 'm' });
  expect(await home.engine.disk.list({ name: 'm' })).toMatchObject([
    { file: 'drive.qcow2', size: 4 * 2 ** 30, below: 'base' },
    { file: 'disk1.qcow2', size: 200 * 2 ** 20 },
  ]);
});

test('a disk is cut as far as it is empty, and not where data lies', async () => {
  await using home = ownImages();
  await buildDiskImage(home.vmdir, 'base');
  await home.engine.machine.make({ name: 'm', image: 'base', disk: '1G' });
  const written = ['-f', 'qcow2', '-c', 'write -P 1 100M 1M', home.path('m', 'drive.qcow2')];
  execFileSync('qemu-io', written);
  await expect(home.engine.disk.resize({ name: 'm', size: '100M' })).rejects.toThrow('holds data up to 101M');
  await expect(home.engine.disk.resize({ name: 'm', size: '4M' })).rejects.toThrow('holds data');
  expect(await home.engine.disk.resize({ name: 'm', size: '101M' })).toMatchObject({ size: 101 * 2 ** 20 });
  execFileSync('qemu-io', ['-f', 'qcow2', '-c', 'read -P 1 100M 1M', home.path('m', 'drive.qcow2')]);
});

test('an image below the data of its own file is refused, and so is none at all', async () => {
  await using home = ownImages();
  await buildDiskImage(home.vmdir, 'base');
  const make = (disk: string) => home.engine.machine.make({ name: 'm', image: 'base', disk });
  await expect(make('4M')).rejects.toThrow('--disk must be at least 8M, the size of the image base');
  await expect(make('none')).rejects.toThrow('the image base is a disk');
  expect(await home.engine.machine.list({})).toEqual([]);
});

test('disks come and go with machine.yaml, whose comments stay', async () => {
  await using home = testHome();
  await home.engine.machine.make({ name: 'm', disk: '1G' });
  execFileSync('sed', ['-i', 's/^networks:/# mine\\nnetworks:/', home.path('m', 'machine.yaml')]);
  await home.engine.disk.add({ name: 'm', what: '2G', interface: 'nvme' });
  execFileSync('truncate', ['-s', '1M', home.path('..', 'other.img')]);
  const other = home.path('..', 'other.img');
  await home.engine.disk.add({ name: 'm', what: other, readonly: true });
  expect(await home.engine.disk.list({ name: 'm' })).toMatchObject([
    { number: 0, file: 'drive.qcow2' },
    { number: 1, file: 'disk1.qcow2', interface: 'nvme', size: 2 * 2 ** 30 },
    { number: 2, file: other, format: 'raw', readonly: true, size: 2 ** 20 },
  ]);
  await home.engine.disk.remove({ name: 'm', disk: other });
  expect(statSync(other).size).toBe(2 ** 20);
  await home.engine.disk.remove({ name: 'm', disk: '1', keep: true });
  expect(statSync(home.path('m', 'disk1.qcow2')).isFile()).toBe(true);
  await home.engine.disk.remove({ name: 'm', disk: '0' });
  expect(await home.engine.disk.list({ name: 'm' })).toEqual([]);
  expect(() => statSync(home.path('m', 'drive.qcow2'))).toThrow('ENOENT');
  expect(readFileSync(home.path('m', 'machine.yaml'), 'utf8')).toContain('# mine');
  await expect(home.engine.disk.remove({ name: 'm', disk: '0' })).rejects.toThrow('m has no disk 0');
});

test('a file becomes a disk only under the format that it is said to have', async () => {
  await using home = testHome();
  await home.engine.machine.make({ name: 'm', disk: 'none' });
  const file = home.path('..', 'some.file');
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', file, '1M']);
  const add = (what: string, format?: 'raw' | 'qcow2') =>
    home.engine.disk.add({ name: 'm', what, ...(format && { format }) });
  await expect(add(file)).rejects.toThrow('say --format');
  expect(await add(file, 'qcow2')).toMatchObject({ number: 0, format: 'qcow2' });
  execFileSync('truncate', ['-s', '1M', home.path('..', 'raw.img')]);
  await expect(add(home.path('..', 'raw.img'), 'qcow2')).rejects.toThrow('is not in the format qcow2');
  await expect(add(home.path('..', 'none.qcow2'))).rejects.toThrow('does not exist');
  await expect(add(home.vmdir)).rejects.toThrow('neither a file nor a block device');
});
