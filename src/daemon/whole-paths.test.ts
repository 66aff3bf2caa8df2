import { expect, test } from 'vitest';
import { Scope } from '../base/scope.ts';
import { callOf, engineOf } from '../protocol/engine.ts';
import type { OperationName } from '../protocol/operations.ts';
import { wholePaths } from './whole-paths.ts';

const call = callOf(wholePaths(engineOf(async () => 'done')));

test.each<[OperationName, object]>([
  ['machine.make', { name: 'm', iso: 'x.iso' }],
  ['machine.make', { name: 'm', sshKey: ['/a.pub', 'b.pub'] }],
  ['machine.make', { name: 'm', share: ['src:tag:ro'] }],
  ['machine.run', {}],
  ['machine.run', { what: './x' }],
  ['machine.run', { what: 'x.iso' }],
  ['machine.run', { kernel: '/k', inject: ['motd:/etc/motd'] }],
  ['machine.run', { kernel: '/k', disk: ['x.img'] }],
  ['machine.copy', { from: ['notes.txt'], to: 'm:/root/' }],
  ['disk.add', { name: 'm', what: 'x.img' }],
  ['image.import', { file: 'disk.vmdk' }],
  ['image.build', { recipe: 'web.yaml' }],
  ['initramfs.pack', { directory: '/tree' }],
  ['cartridge.build', {}],
  ['cartridge.eject', { directory: '.' }],
])('%s %j is refused', async (name, parameters) => {
  await expect(call(name, parameters, new Scope())).rejects.toMatchObject({ code: 'path-relative' });
});

test.each<[OperationName, object]>([
  ['machine.make', { name: 'm', iso: '/isos/x.iso', share: ['/src:tag'] }],
  ['machine.run', { what: 'debian-12' }],
  ['machine.run', { kernel: '/k', inject: ['/motd:/etc/motd'], disk: ['2G', 'installed'] }],
  ['machine.copy', { from: ['m:notes.txt', '/home/me'] }],
  ['machine.exec', { name: 'm', command: ['ls'], cwd: 'src' }],
  ['disk.add', { name: 'm', what: '20G' }],
  ['image.build', { recipe: 'tiny' }],
  ['device.write', { device: 'sdb', image: '/x.iso' }],
  ['initramfs.pack', { directory: '/tree', output: async () => {} }],
])('%s %j goes on', async (name, parameters) => {
  expect(await call(name, parameters, new Scope())).toBe('done');
});
