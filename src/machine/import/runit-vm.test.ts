// biome-ignore-all lint/suspicious/noTemplateCurlyInString: text for a shell
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { leftOf, partsOf } from '../../../test/support/said.ts';
import { packageFile } from '../../host/package-files.ts';
import { type RunitVm, readRunitVm } from './runit-vm.ts';

const read = (templates: Record<string, string>, more: Partial<RunitVm> = {}) =>
  readRunitVm({
    name: 'old',
    templates: Object.entries(templates).map(([name, text]) => ({ name, text })),
    wait: undefined,
    down: true,
    hooks: false,
    ownRun: false,
    ...more,
  });
const stock = (...names: string[]) =>
  Object.fromEntries(
    names.map((name) => [name, readFileSync(packageFile(`share/templates/${name}`), 'utf8')]),
  );

test("runit-vm's own templates become keys, as far as there are some", () => {
  const found = read(
    stock(
      'audio-pa',
      'core-c2t2',
      'cpu-host',
      'display-sdl',
      'drive',
      'kvm',
      'mem',
      'net-user-virtio',
      'vga-qxl',
    ),
  );
  expect(partsOf(found)).toEqual({
    cpus: [4],
    display: ['sdl'],
    disks: [{ file: 'drive.qcow2', format: 'qcow2', interface: 'ide' }],
    memory: ['2G'],
    networks: [{ mode: 'user', model: 'virtio' }],
    vga: ['qxl'],
    machine: ['pc'],
    restart: ['always'],
  });
  expect(found.templates).toEqual(['audio-pa']);
  expect(leftOf(found)).toEqual([]);
});

test('without templates it is what QEMU is without arguments', () => {
  const found = read({});
  expect(partsOf(found)).toEqual({
    machine: ['pc'],
    memory: ['128M'],
    cpu: ['qemu64'],
    networks: [{ mode: 'user', model: 'e1000' }],
    restart: ['always'],
  });
  expect(leftOf(found)).toEqual([expect.stringMatching(/no window is opened here/)]);
});

test.each<[string, object]>([
  ['-m 512', { memory: ['512M'] }],
  ['--m 4G', { memory: ['4G'] }],
  ['-smp 3', { cpus: [3] }],
  ['-smp cpus=2,cores=2', { cpus: [2] }],
  ['-cpu EPYC,+x2apic', { cpu: ['EPYC,+x2apic'] }],
  ['-accel tcg', { accelerator: ['tcg'] }],
  ['-machine q35,accel=kvm', { machine: ['q35'], networks: [{ mode: 'user', model: 'e1000e' }] }],
  ['-M type=q35', { machine: ['q35'] }],
  ['-machine accel=kvm', { machine: ['pc'] }],
  [
    '-drive file=./a,,b.raw,format=raw,if=virtio',
    { disks: [{ file: 'a,b.raw', format: 'raw', interface: 'virtio' }] },
  ],
  [
    '-drive file="./drive.qcow2",if=virtio',
    { disks: [{ file: 'drive.qcow2', format: 'qcow2', interface: 'virtio' }] },
  ],
  ['-drive file=x.iso,media=cdrom', { cdrom: ['x.iso'] }],
  ['-cdrom "a b.iso"', { cdrom: ['a b.iso'] }],
  ['-kernel k -initrd i -append "a b"', { kernel: ['k'], initrd: ['i'], append: ['a b'] }],
  ['-display none -vga virtio', { display: ['none'], vga: ['virtio'] }],
  [
    '-netdev user,id=n,hostfwd=tcp::2222-:22,hostfwd=udp:127.0.0.1:53-10.0.2.15:53 -device e1000,netdev=n,mac=52:54:00:12:34:56',
    {
      networks: [
        {
          mode: 'user',
          forwards: ['0.0.0.0:2222:22', 'udp:127.0.0.1:53:53'],
          model: 'e1000',
          mac: '52:54:00:12:34:56',
        },
      ],
    },
  ],
])('%s is understood', (text, expected) => {
  const found = read({ one: text });
  expect(found.templates).toEqual([]);
  expect(partsOf(found)).toMatchObject(expected);
});

test.each([
  '-m size=1G,slots=2,maxmem=4G',
  '-m',
  '-smp 2,maxcpus=4',
  '-device virtio-balloon-pci',
  '-netdev user,id=n',
  '-netdev tap,id=n -device e1000,netdev=n',
  '-netdev user,id=n,restrict=on -device e1000,netdev=n',
  '-device e1000,netdev=n',
  '-netdev user,id=n -device constructor,netdev=n',
  'constructor',
  '-drive file=x.img',
  '-drive file=x.qcow2,if=none,id=d',
  '-drive file=x.qcow2,cache=none',
  '-machine q35,usb=on',
  '-display sdl,gl=on',
  '-vga cirrus',
  '-m 1G -usb',
  '-append "name=$NAME"',
  '-cdrom ~/x.iso',
  '-m `nproc`G',
  "-m '1G",
  'hello',
])('%s stays a template', (text) => {
  const found = read({ one: text, once: '-m 1G' });
  expect(found.templates).toEqual(['one', 'once']);
  expect(found.said).toContainEqual(expect.objectContaining({ as: 'templates/one, as it stands' }));
});

test('what a template says that stays is not taken for a default', () => {
  const found = read({
    a: '-nographic -usb',
    b: '-nic user -usb',
    c: '-machine q35,usb=on',
    d: '-m 1G -usb -cpu max',
  });
  expect(partsOf(found)).toEqual({ restart: ['always'] });
  expect(leftOf(found)).toEqual([]);
});

test('the files beside the templates', () => {
  const found = read({}, { wait: '10\n', down: false, hooks: true, ownRun: true });
  expect(partsOf(found)).toMatchObject({ stopWait: ['10s'], autostart: [true] });
  expect(found.said).toContainEqual({ what: 'hooks', line: undefined, as: 'hooks, as it stands' });
  expect(leftOf(found)).toContainEqual(expect.stringMatching(/^- run: machines have a run of their own/));
  expect(leftOf(read({}, { wait: 'long' }))).toContainEqual(
    expect.stringMatching(/^- wait: long: is no number/),
  );
});
