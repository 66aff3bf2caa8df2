import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { machineSpec } from '../protocol/machine-spec.ts';
import { composeCommand, type Ingredients } from './command.ts';

const spec = (it: object = {}) => z.parse(machineSpec, { version: 1, ...it });
const template = (name: string, args: string) => ({ source: `templates/${name}`, args: args.split(' ') });

/** Each part as a line: its source and its arguments. */
function compose(of: Partial<Ingredients>): string[] {
  const parts = composeCommand({
    name: 'hello',
    spec: undefined,
    templates: [],
    accelerator: 'tcg',
    kernel: undefined,
    uefi: undefined,
    seeded: false,
    ...of,
  });
  return parts.map(({ source, args }) => `${source}: ${args.join(' ')}`);
}

const sockets = [
  'vivarium: -chardev socket,id=monitor,path=supervise/monitor,server=on,wait=off -mon chardev=monitor,mode=readline',
  'vivarium: -chardev socket,id=qmp,path=supervise/qmp,server=on,wait=off -mon chardev=qmp,mode=control',
  'vivarium: -chardev socket,id=engine,path=supervise/engine,server=on,wait=off -mon chardev=engine,mode=control',
];
const console =
  'vivarium: -chardev socket,id=console,path=supervise/console,server=on,wait=off,logfile=/dev/stdout,logappend=on -serial chardev:console';

test('an empty spec makes a machine with all that any has', () => {
  expect(compose({ spec: spec() })).toEqual([
    'vivarium: -name hello',
    'vivarium: -nodefaults -no-user-config',
    'vivarium: -sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny',
    'machine.yaml: machine: -machine q35',
    'machine.yaml: accelerator: -accel tcg',
    'machine.yaml: cpu: -cpu max,-erms',
    'machine.yaml: cpus: -smp 1',
    'machine.yaml: memory: -m 1024M',
    'machine.yaml: memory: -object memory-backend-memfd,id=pc.ram,size=1024M,share=on -machine memory-backend=pc.ram',
    'machine.yaml: vga: -vga std',
    'machine.yaml: display: -display none',
    'vivarium: -vnc unix:supervise/vnc,share=force-shared',
    'machine.yaml: agent: -chardev socket,id=agent,path=supervise/agent,server=on,wait=off -device virtio-serial-pci,id=agent-controller -device virtserialport,bus=agent-controller.0,chardev=agent,name=org.qemu.guest_agent.0',
    'vivarium: -device virtio-rng-pci',
    'vivarium: -device vmgenid,guid=auto',
    ...sockets,
    console,
  ]);
});

test('a full spec makes each device, led back to its key', () => {
  const full = spec({
    cpus: 2,
    memory: '512M',
    machine: 'pc',
    cpu: 'EPYC',
    firmware: 'uefi',
    disks: [{ file: 'drive.qcow2' }, { file: '../b.img', format: 'raw', interface: 'nvme', readonly: true }],
    cdrom: '/iso/debian.iso',
    networks: [{ forwards: ['2222:22'] }, { model: 'e1000' }],
    display: 'vnc',
    vga: 'virtio',
    shares: [{ path: '/home/me/src', tag: 'src' }],
    arguments: ['-device', 'nvme,serial=x'],
  });
  expect(compose({ spec: full, accelerator: 'kvm', uefi: { code: '/ovmf/code.fd' } })).toEqual([
    'vivarium: -name hello',
    'vivarium: -nodefaults -no-user-config',
    'vivarium: -sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny',
    'machine.yaml: machine: -machine pc',
    'machine.yaml: accelerator: -accel kvm',
    'machine.yaml: cpu: -cpu EPYC',
    'machine.yaml: cpus: -smp 2',
    'machine.yaml: memory: -m 512M',
    'machine.yaml: memory: -object memory-backend-memfd,id=pc.ram,size=512M,share=on -machine memory-backend=pc.ram',
    'machine.yaml: firmware: -drive if=pflash,unit=0,format=raw,readonly=on,file=/ovmf/code.fd -drive if=pflash,unit=1,format=raw,readonly=off,file=uefi-vars.fd',
    'machine.yaml: disks.0: -blockdev driver=qcow2,node-name=disk0,read-only=off,file.driver=file,file.filename=drive.qcow2,discard=unmap,file.discard=unmap -device virtio-blk-pci,drive=disk0,id=disk0-device,bootindex=1',
    'machine.yaml: disks.1: -blockdev driver=raw,node-name=disk1,read-only=on,file.driver=file,file.filename=../b.img,discard=unmap,file.discard=unmap -device nvme,drive=disk1,id=disk1-device,bootindex=2,serial=disk1',
    'machine.yaml: cdrom: -blockdev driver=raw,node-name=cdrom,read-only=on,file.driver=file,file.filename=/iso/debian.iso -device ide-cd,drive=cdrom,id=cdrom-device,bootindex=100',
    'machine.yaml: networks.0: -netdev user,id=net0,hostfwd=tcp:127.0.0.1:2222-:22 -device virtio-net-pci,netdev=net0',
    'machine.yaml: networks.1: -netdev user,id=net1 -device e1000,netdev=net1',
    'machine.yaml: vga: -vga virtio',
    'machine.yaml: display: -display vnc=unix:supervise/vnc,share=force-shared -device qemu-xhci -device usb-tablet',
    'machine.yaml: shares.0 (src): -fsdev local,id=share0,path=/home/me/src,security_model=mapped-xattr,readonly=off,multidevs=remap -device virtio-9p-pci,fsdev=share0,mount_tag=src',
    'machine.yaml: agent: -chardev socket,id=agent,path=supervise/agent,server=on,wait=off -device virtio-serial-pci,id=agent-controller -device virtserialport,bus=agent-controller.0,chardev=agent,name=org.qemu.guest_agent.0',
    'vivarium: -device virtio-rng-pci',
    'vivarium: -device vmgenid,guid=auto',
    ...sockets,
    console,
    'machine.yaml: arguments: -device nvme,serial=x',
  ]);
});

test('every screen has a VNC socket, unless somebody shows it in a way of their own', () => {
  const socketsOf = (it: object, own = '-usb') =>
    compose({ spec: spec(it), templates: [template('own', own)] }).filter((line) =>
      line.includes('supervise/vnc'),
    );
  for (const display of ['none', 'gtk', 'sdl', 'vnc']) expect(socketsOf({ display })).toHaveLength(1);
  expect(socketsOf({ vga: 'none' })).toEqual([]);
  for (const own of ['-display gtk,gl=on', '-nographic', '-vnc :1', '-vga none'])
    expect(socketsOf({}, own)).toEqual([]);
});

test('a kernel is booted directly, and no network card offers to boot', () => {
  const kernel = { source: 'machine.yaml: image', kernel: 'k', initrd: 'i', append: 'console=ttyS0 quiet' };
  const lines = compose({ spec: spec({ networks: [{}] }), kernel });
  expect(lines).toContain('machine.yaml: image: -kernel k -initrd i -append console=ttyS0 quiet');
  expect(lines).toContain(
    'machine.yaml: networks.0: -netdev user,id=net0 -device virtio-net-pci,netdev=net0,romfile=',
  );
});

describe('a machine that runit-vm made', () => {
  test('is its templates, a name and the sockets', () => {
    const templates = [
      template('drive', '-drive file=./drive.qcow2,format=qcow2,media=disk'),
      template('mem', '-m 2G'),
    ];
    expect(compose({ templates })).toEqual([
      'vivarium: -name hello',
      ...sockets,
      console,
      'templates/drive: -drive file=./drive.qcow2,format=qcow2,media=disk',
      'templates/mem: -m 2G',
    ]);
  });

  test.each(['-serial stdio', '-nographic', '--nographic'])('keeps its own serial port of %s', (args) => {
    const lines = compose({ templates: [template('own', args)] });
    expect(lines.join('\n')).not.toContain('chardev:console');
    expect(lines.slice(1, 4)).toEqual(sockets);
  });
});

test('memory of somebody else takes the place of a file of memory, not of its size', () => {
  for (const args of [
    '-numa node',
    '-object memory-backend-ram,id=own,size=1G',
    '-machine memory-backend=own',
  ]) {
    const lines = compose({ spec: spec({}), templates: [template('own', args)] });
    expect(lines.join('\n')).not.toContain('memory-backend-memfd');
    expect(lines).toContain('machine.yaml: memory: -m 1024M');
  }
});

test('a machine that goes on from a state has its memory, on the very board, behind all that is its own', () => {
  const resumed = { board: 'pc-q35-7.2', memory: { file: 'suspended/memory', bytes: 2 ** 30 } };
  const lines = compose({ spec: spec({}), templates: [template('own', '-M pc')], resumed });
  expect(lines.join('\n')).not.toContain('memory-backend-memfd');
  expect(lines.at(-1)).toBe(
    'suspended: -object memory-backend-file,id=pc.ram,size=1024M,mem-path=suspended/memory,share=off -machine memory-backend=pc.ram -machine type=pc-q35-7.2 -incoming defer',
  );
});

describe('what a template says', () => {
  const sources = (args: string, it: object = {}) =>
    compose({ spec: spec(it), templates: [template('own', args)] }).map((line) => line.split(': -')[0]);

  test.each([
    ['-m 4G', 'memory', 'memory'],
    ['--m 4G', 'memory', 'memory'],
    ['-smp cores=2,threads=2', 'cpus'],
    ['-cpu EPYC', 'cpu'],
    ['-machine pc', 'machine'],
    ['-M pc', 'machine'],
    ['-machine type=pc', 'machine'],
    ['-accel tcg,thread=single', 'accelerator', 'cpu'],
    ['-enable-kvm', 'accelerator', 'cpu'],
    ['-machine accel=kvm', 'accelerator', 'cpu'],
    ['-machine pc,accel=kvm', 'machine', 'accelerator', 'cpu'],
    ['-vga qxl', 'vga'],
    ['-display sdl', 'display'],
    ['-vnc :1', 'display'],
    ['-nographic', 'vga', 'display'],
    ['-drive file=a', ...[]],
    ['-machine usb=on', ...[]],
  ])('%s takes the place of what the spec says of %s', (args, ...keys) => {
    const without = sources('-usb');
    expect(without.filter((source) => !sources(args).includes(source))).toEqual(
      keys.map((key) => `machine.yaml: ${key}`),
    );
    expect(sources(args).at(-1)).toBe('templates/own');
  });

  test('of the accelerator leaves a CPU model that the spec asks for', () =>
    expect(sources('-enable-kvm', { cpu: 'EPYC' })).toContain('machine.yaml: cpu'));

  test('of the system calls leaves out no more than that', () => {
    const lines = compose({ spec: spec(), templates: [template('own', '-sandbox off')] });
    expect(lines.filter((line) => line.includes('-sandbox'))).toEqual(['templates/own: -sandbox off']);
    expect(lines).toContain('vivarium: -nodefaults -no-user-config');
  });

  test('of its name, firmware or kernel counts', () => {
    const kernel = { source: 'machine.yaml: kernel', kernel: 'k' };
    const own = template('own', '-name other -bios b -kernel other');
    const lines = compose({
      spec: spec({ firmware: 'uefi' }),
      templates: [own],
      kernel,
      uefi: { code: 'c' },
    });
    expect(lines.filter((line) => /-name|pflash|-kernel/.test(line))).toEqual([
      'templates/own: -name other -bios b -kernel other',
    ]);
  });

  test('comes in the order of the templates, and the arguments of the spec last', () => {
    const templates = [template('a', '-m 1G'), template('b', '-m 2G')];
    expect(compose({ spec: spec({ arguments: ['-m', '3G'] }), templates }).slice(-3)).toEqual([
      'templates/a: -m 1G',
      'templates/b: -m 2G',
      'machine.yaml: arguments: -m 3G',
    ]);
  });
});

test('IDE disks and the CD behind them each have a place of their own', () => {
  const disks = ['a', 'b', 'c'].map((file) => ({ file, interface: 'ide' }));
  const places = (machine: string) =>
    compose({ spec: spec({ machine, disks, cdrom: 'd' }) }).flatMap(
      (line) => / ide-.*(bus=.*)$/.exec(line)?.[1] ?? [],
    );
  expect(places('pc')).toEqual([
    'bus=ide.0,unit=0',
    'bus=ide.0,unit=1',
    'bus=ide.1,unit=0',
    'bus=ide.1,unit=1',
  ]);
  expect(places('q35')).toEqual([
    'bus=ide.0,unit=0',
    'bus=ide.1,unit=0',
    'bus=ide.2,unit=0',
    'bus=ide.3,unit=0',
  ]);
});
