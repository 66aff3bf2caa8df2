import { describe, expect, test } from 'vitest';
import { fixture, leftOf, partsOf } from '../../../test/support/said.ts';
import { readQuickemu, type Surroundings } from './quickemu.ts';

const around: Surroundings = {
  directory: '/vms',
  name: 'box',
  env: { HOME: '/home/me', USER: 'Me' },
  host: { processor: 'x86_64', cpus: 8, memory: 32e9 },
  taken: new Set(),
  fail: (problem) => new Error(`it ${problem}`),
};

const read = (text: string, more: Partial<Surroundings> = {}) => readQuickemu(text, { ...around, ...more });
/** The parts of a .conf of one line more than it needs. */
const parts = (line: string, more?: Partial<Surroundings>) =>
  partsOf(read(`guest_os="linux"\n${line}`, more));
const left = (line: string) => leftOf(read(`guest_os="linux"\n${line}`)).filter((it) => it.startsWith('2 '));

test('what quickget ubuntu writes, and what quickemu makes of what it does not say', () => {
  const found = read(fixture('ubuntu-24.04.conf'));
  expect(found.name).toBe('box');
  expect(partsOf(found)).toEqual({
    vga: ['virtio'],
    cpus: [4],
    memory: ['8G'],
    disks: [{ file: '/vms/ubuntu-24.04/disk.qcow2', format: 'qcow2', interface: 'virtio' }],
    cdrom: ['/vms/ubuntu-24.04/ubuntu-24.04-desktop-amd64.iso'],
    firmware: ['uefi'],
    uefiVariables: [
      [
        '/vms/ubuntu-24.04/box-vars.fd',
        '/vms/ubuntu-24.04/OVMF_VARS_4M.fd',
        '/vms/ubuntu-24.04/OVMF_VARS.fd',
      ],
    ],
    networks: [{ mode: 'user', model: 'virtio', forwards: ['22220:22'] }],
  });
  expect(leftOf(found)).toEqual([
    expect.stringMatching(/^- network, which is not said: .*open to this host alone/),
    expect.stringMatching(/^- what quickemu adds by itself: a window .*~\/Public/),
  ]);
});

test('what quickget windows 11 writes', () => {
  const found = read(fixture('windows-11.conf'));
  expect(partsOf(found)).toMatchObject({
    vga: ['virtio'],
    arguments: [['-rtc', 'base=localtime,driftfix=slew']],
    cdrom: ['/vms/windows-11/Win11_23H2_EnglishInternational_x64v2.iso', '/vms/windows-11/virtio-win.iso'],
    networks: [{ model: 'virtio' }],
  });
  expect(leftOf(found)).toContainEqual(expect.stringMatching(/^6 tpm="on": there is no TPM here/));
  expect(leftOf(found).join()).not.toContain('secureboot');
});

test('macOS is told to stay', () => {
  expect(leftOf(read(fixture('macos-sonoma.conf')))).toContainEqual(
    expect.stringMatching(/^2 guest_os="macos": .*keep quickemu for it/),
  );
});

test('a file that somebody has tuned by hand', () => {
  const found = read(fixture('tuned.conf'));
  expect(partsOf(found)).toEqual({
    vga: ['virtio'],
    cpus: [4],
    memory: ['6144M'],
    disks: [{ file: '/home/me/vms/build box/disk.qcow2', format: 'qcow2', interface: 'virtio' }],
    floppy: ['/vms/dos.img'],
    firmware: ['bios'],
    networks: [
      {
        mode: 'user',
        model: 'virtio',
        mac: '52:54:00:AB:51:AE',
        forwards: [
          '2222:22',
          '8800:80',
          '5353:53',
          '9000:9000',
          'udp:8800:80',
          'udp:5353:53',
          'udp:9000:9000',
        ],
      },
    ],
    display: ['vnc'],
    shares: [{ path: '/srv/public', tag: 'Public-me' }],
    arguments: [['-device', 'virtio-balloon-pci']],
  });
  const lines = leftOf(found).map((it) => it.split(': ')[0]);
  expect(lines).toEqual([
    '17 macaddr="52:54:00:AB:51:AE" ssh_port="2222" port_forwards=( "8800:80" "5353:53" ) port_forwards+=("9000:9000")',
    '18 display="spice"',
    '19 usb_devices=("046d:082d")',
    '24 -daemonize',
    '24 --sandbox off',
    '22 sound_card="ac97"',
    '23 keyboard_layout="de"',
    '25 width="1920"',
    '26 turbo="yes"',
    '27 bios_dir="$BIOS_DIR/seabios"',
    '28 when="$(date)"',
    '29 source ~/common.conf',
    '30 if [ -e /dev/kvm ]; then ram="12G" if [ -e /dev/dri ]; then gl="on"; …',
    '- what quickemu adds by itself',
  ]);
});

test('CPUs and memory that are not said are a share of the host', () => {
  const share = (cpus: number, memory: number) =>
    parts('', { host: { processor: 'x86_64', cpus, memory: memory * 1e9 } });
  expect(share(2, 4)).toMatchObject({ cpus: [1], memory: ['2G'] });
  expect(share(4, 8)).toMatchObject({ cpus: [2], memory: ['4G'] });
  expect(share(16, 64)).toMatchObject({ cpus: [8], memory: ['16G'] });
  expect(share(64, 200)).toMatchObject({ cpus: [16], memory: ['32G'] });
  expect(parts('ram="512"').memory).toEqual(['512M']);
});

describe('the disk', () => {
  const disks = (line: string) =>
    read(`guest_os="linux"\n${line}`).said.filter((it) => 'key' in it && it.key === 'disks');

  test.each([
    ['', '/vms/disk.qcow2', 'qcow2', 16],
    ['disk_img="/abs/d.qcow2"', '/abs/d.qcow2', 'qcow2', 16],
    ['disk_img="d/d.raw"\ndisk_format="raw"\ndisk_size="8G"', '/vms/d/d.raw', 'raw', 8],
  ])('%j', (line, file, format, gigabytes) =>
    expect(disks(line)).toEqual([
      expect.objectContaining({ value: { file, format, interface: 'virtio' }, size: gigabytes * 2 ** 30 }),
    ]),
  );

  test('of Batocera comes after the medium that it boots from', () =>
    expect(partsOf(read('guest_os="batocera"\nimg="b.img"\ndisk_img="d.qcow2"')).disks).toEqual([
      { file: '/vms/b.img', format: 'raw', interface: 'virtio' },
      { file: '/vms/d.qcow2', format: 'qcow2', interface: 'virtio' },
    ]));
});

test.each([
  ['linux', 'q35', 'virtio', 'virtio', 'virtio'],
  ['linux_old', 'q35', 'virtio', 'virtio', 'std'],
  ['freebsd', 'q35', 'virtio', 'virtio', 'std'],
  ['windows', 'q35', 'virtio', 'virtio', 'virtio'],
  ['windows-server', 'q35', 'ide', 'e1000', 'virtio'],
  ['haiku', 'pc', 'virtio', 'rtl8139', 'qxl'],
  ['freedos', 'pc', 'virtio', 'rtl8139', 'qxl'],
  ['reactos', 'pc', 'ide', 'e1000', 'qxl'],
  ['kolibrios', 'pc', 'sata', 'rtl8139', 'qxl'],
  ['solaris', 'pc', 'virtio', 'virtio', 'std'],
  ['Linux', 'q35', 'virtio', 'virtio', 'virtio'],
  ['constructor', 'q35', 'virtio', 'rtl8139', 'qxl'],
])('a guest %s has a board %s, a disk on %s, a card %s, a screen on %s', (os, board, disk, card, vga) => {
  const { machine = ['q35'], ...rest } = partsOf(read(`guest_os="${os}"`));
  expect({ machine, ...rest }).toMatchObject({
    machine: [board],
    disks: [{ interface: disk }],
    networks: [{ model: card }],
    vga: [vga],
  });
});

describe('the network', () => {
  test('none', () => expect(parts('network="none"')).not.toHaveProperty('networks'));

  test('that is restricted leads nowhere', () => {
    const { networks, arguments: args } = parts('network="restrict"\nssh_port=2222');
    expect(networks).toBeUndefined();
    expect(args).toEqual([
      [
        '-netdev',
        'user,id=net0,hostfwd=tcp:127.0.0.1:2222-:22,restrict=on',
        '-device',
        'virtio-net-pci,netdev=net0',
      ],
    ]);
  });

  test.each(['network="br0"', 'bridge="br0"'])('%s becomes one behind the host', (line) => {
    expect(parts(line).networks).toMatchObject([{ mode: 'user' }]);
    expect(left(line)).toContainEqual(expect.stringMatching(/^2 the bridge br0: there are no bridges here/));
  });

  test('has a port for SSH that no other machine has', () => {
    const taken = new Set([22_220, 22_221]);
    expect(parts('', { taken }).networks).toMatchObject([{ forwards: ['22222:22'] }]);
  });

  test('takes no forward that is none', () => {
    const line = 'port_forwards=("80" "99999:1" "1:2" "1:2")';
    expect(parts(line).networks).toMatchObject([{ forwards: ['22220:22', '1:2', 'udp:1:2'] }]);
    expect(left(line)).toEqual([
      expect.stringContaining('open to this host alone'),
      '2 80: is no forward of the form HOST:GUEST',
      '2 99999:1: is no forward of the form HOST:GUEST',
    ]);
  });
});

test.each([
  ['display="gtk"', 'gtk'],
  ['display="sdl"', 'sdl'],
  ['display="none"', 'none'],
  ['display="spice-app"', 'vnc'],
])('%s', (line, display) => expect(parts(line).display).toEqual([display]));

test('a display that is none is left', () => {
  expect(parts('display="cocoa"')).not.toHaveProperty('display');
  expect(left('display="cocoa"')).toEqual([expect.stringContaining('there is no such display here')]);
});

test.each([
  'tpm="off"',
  'secureboot="off"',
  'gl="off"',
  'preallocation="off"',
  'sound_card="none"',
  'viewer=""',
])('%s asks for nothing', (line) => expect(left(line)).toEqual([]));

test.each([
  'tpm="on"',
  'secureboot="on"',
  'gl="on"',
  'preallocation="full"',
  'viewer="remote-viewer"',
  'spice_port="5930"',
  'monitor="telnet"',
  'serial="none"',
  'keyboard="virtio"',
  'usb_controller="xhci"',
  'img="x.img"',
])('%s is left, with a reason', (line) =>
  expect(left(line)).toEqual([expect.stringMatching(/^2 \w+="[^"]+": \w.{15}/)]),
);

test.each(['', 'hello world', '<domain/>', 'PATH=/bin\n'])('%j is no .conf', (text) =>
  expect(() => read(text)).toThrow(/^it sets none of guest_os, disk_img/),
);

test('a host of another kind cannot run it', () =>
  expect(() => parts('', { host: { ...around.host, processor: 'aarch64' } })).toThrow(/for x86_64/));
