import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { has } from '../../test/support/has.ts';
import { testRoom } from '../../test/support/room.ts';
import type { Home } from './home.ts';
import { imageUsers } from './image-users.ts';

const room = testRoom();
const home = (): Home => ({ directory: room(), cache: room('cache'), config: {}, env: {} });
const users = () => Object.fromEntries(imageUsers(home()));

function put(machine: string, files: Record<string, string>): void {
  for (const [file, text] of Object.entries(files)) {
    const path = room(machine, file);
    mkdirSync(path.slice(0, path.lastIndexOf('/')), { recursive: true });
    writeFileSync(path, text);
  }
}

/** An overlay, made without looking at what is below. */
function overlay(path: string, backing: string): void {
  const args = ['create', '-q', '-f', 'qcow2', '-u', '-b', backing, '-F', 'qcow2', path, '1M'];
  execFileSync('qemu-img', args);
}

describe('an image is used by', () => {
  test('the machine whose machine.yaml says so', () => {
    put('one', { 'machine.yaml': 'version: 1\nimage: tiny\n' });
    put('two', { 'machine.yaml': '{version: 1, "image": "tiny"}\n' });
    put('none', { 'machine.yaml': 'version: 1\n# image: tiny\n' });
    expect(users()).toEqual({ tiny: ['one', 'two'] });
  });

  test('a machine that is broken', () => {
    put('broken', { 'machine.yaml': 'version: 1\nimage: tiny\ncpus: lots\n  what: [\n' });
    expect(users()).toEqual({ tiny: ['broken'] });
  });

  test('a machine that has a file of it in its drive, or in a template', () => {
    put('cd', { 'machine.yaml': `version: 1\ncdrom: ${room('.images/netinst/cd.iso')}\n` });
    put('old', { 'templates/drive': '-drive file=../.images/disk/disk.qcow2' });
    expect(users()).toEqual({ netinst: ['cd'], disk: ['old'] });
  });

  test('nobody, where there is nobody', () => {
    expect(users()).toEqual({});
    expect(imageUsers({ ...home(), directory: room('nowhere') })).toEqual(new Map());
  });

  describe.skipIf(!has('qemu-img'))('whoever has a disk of which it is the bottom', () => {
    test.each([
      ['as a machine names it', '../.images/debian/disk.qcow2'],
      ['by its whole path', 'ABSOLUTE/.images/debian/disk.qcow2'],
    ])('%s', (_, backing) => {
      put('m', { 'machine.yaml': 'version: 1\n' });
      overlay(room('m/drive.qcow2'), backing.replace('ABSOLUTE', room()));
      expect(users()).toEqual({ debian: ['m'] });
    });

    test('though nothing else is left of the machine', () => {
      mkdirSync(room('rest'));
      overlay(room('rest/drive.qcow2'), '../.images/debian/disk.qcow2');
      expect(users()).toEqual({ debian: ['rest'] });
    });

    test('below a snapshot, and below a disk elsewhere', () => {
      put('m', { 'machine.yaml': `version: 1\ndisks: [{file: ${room('.elsewhere/b.qcow2')}}]\n` });
      mkdirSync(room('.elsewhere'));
      overlay(room('.elsewhere/b.qcow2'), 'a.qcow2');
      overlay(room('.elsewhere/a.qcow2'), '../.images/debian/disk.qcow2');
      mkdirSync(room('m/snapshots/s'), { recursive: true });
      overlay(room('m/snapshots/s/layer.qcow2'), '../../../.images/ubuntu/disk.qcow2');
      expect(users()).toEqual({ debian: ['m'], ubuntu: ['m'] });
    });

    test('and disks in a circle end', () => {
      mkdirSync(room('m'));
      overlay(room('m/a.qcow2'), 'b.qcow2');
      overlay(room('m/b.qcow2'), 'a.qcow2');
      expect(users()).toEqual({});
    });
  });

  test('no FIFO, dangling link or directory keeps it from being seen', () => {
    put('m', { 'machine.yaml': 'version: 1\nimage: tiny\n' });
    execFileSync('mkfifo', [room('m/fifo')]);
    symlinkSync('nowhere', room('m/dangling'));
    symlinkSync('fifo', room('m/to-fifo'));
    symlinkSync('.', room('m/circle'));
    expect(users()).toEqual({ tiny: ['m'] });
  });
});
