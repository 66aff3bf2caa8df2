import { describe, expect, test } from 'vitest';
import { fixture, leftOf, partsOf } from '../../../test/support/said.ts';
import { quoteWord } from '../../base/quote-word.ts';
import { readLibvirt } from './libvirt.ts';

const fail = (problem: string) => new Error(`it ${problem}`);
const read = (text: string) => readLibvirt(text, { arch: 'x86_64', fail });
/** A domain of a few elements beside its devices, and of devices. */
const domain = (elements: string, devices = '') =>
  read(`<domain type='kvm'><name>x</name>${elements}<devices>${devices}<video/></devices></domain>`);
const parts = (elements: string, devices?: string) => partsOf(domain(elements, devices));
const left = (elements: string, devices?: string) => leftOf(domain(elements, devices));

test('what virt-install makes of Debian', () => {
  const found = read(fixture('debian12.xml'));
  expect(found.name).toBe('debian12');
  expect(partsOf(found)).toEqual({
    arguments: [['-uuid', '5b0c1f0e-7c56-4c7e-9a51-3f0a1f0e1d2c']],
    memory: ['2G'],
    cpus: [2],
    machine: ['q35'],
    restart: ['never'],
    disks: [{ file: '/var/lib/libvirt/images/debian12.qcow2', format: 'qcow2', interface: 'virtio' }],
    networks: [{ mode: 'user', model: 'virtio', mac: '52:54:00:6b:3c:58' }],
    display: ['vnc'],
    vga: ['virtio'],
  });
  expect(leftOf(found)).toEqual([
    expect.stringMatching(/^42 <disk type='file' device='cdrom'> sda: is empty/),
    expect.stringMatching(/^63 <interface type='network'> default: the card has a network of its own/),
    expect.stringMatching(/^63 .*: the card sits in another slot here/),
    expect.stringMatching(/^90 <graphics type='spice' autoport='yes'>: there is no SPICE here/),
    expect.stringMatching(/^94 <sound model='ich9'>: there is no sound/),
    expect.stringMatching(/^- metadata, vmport, pm, emulator, controller, .*: is libvirt's own/),
  ]);
});

test('a workstation with everything', () => {
  const found = read(fixture('workstation.xml'));
  expect(found.name).toBe('Windows 11 (work)');
  expect(partsOf(found)).toEqual({
    arguments: [
      ['-uuid', '0d6c0b0a-3c43-4b39-8c0e-6f2f4f1f8f11'],
      ['-boot', 'menu=on,splash-time=3000'],
      ['-rtc', 'base=localtime'],
      ['-no-reboot'],
      ['-global', 'ICH9-LPC.disable_s3=1'],
    ],
    memory: ['7630M'],
    cpus: [3],
    firmware: ['uefi'],
    machine: ['q35'],
    uefiVariables: [['/var/lib/libvirt/qemu/nvram/win11_VARS.fd']],
    cpu: ['Skylake-Client-IBRS,+ss,-hle'],
    restart: ['on-crash'],
    disks: [
      { file: '/srv/vms/data, old.qcow2', format: 'qcow2', interface: 'scsi', readonly: true },
      { file: '/dev/vg0/win11', format: 'raw', interface: 'sata' },
    ],
    cdrom: ['/srv/iso/win11.iso', '/srv/iso/virtio-win.iso'],
    floppy: ['/srv/iso/drivers.img'],
    networks: [
      { mode: 'user', model: 'e1000', mac: '52:54:00:aa:bb:cc' },
      {
        mode: 'user',
        model: 'e1000e',
        forwards: [
          '192.168.1.9:2022:22',
          '192.168.1.9:8000:8000',
          '192.168.1.9:8001:8001',
          '192.168.1.9:8002:8002',
        ],
      },
    ],
    shares: [
      { path: '/srv/shared', tag: 'shared-files' },
      { path: '/srv/docs', tag: 'docs', readonly: true },
    ],
    display: ['vnc'],
    vga: ['std'],
  });
  const reasons: [line: number | '-', reason: RegExp][] = [
    [13, /no balloon: .*memory=4G/],
    [19, /CPUs of the host/],
    [26, /no Secure Boot/],
    [30, /no Secure Boot/],
    [37, /cpu=host,hv_passthrough/],
    [42, /cpu=host,kvm=off/],
    [50, /put -smp, "sockets=1,dies=1,cores=2,threads=2" into arguments/],
    [69, /no disks on usb here: it is on scsi/],
    [62, /no serial number/],
    [81, /qemu-img convert -O qcow2 \/srv\/vms\/old.vmdk /],
    [86, /is reached by rbd/],
    [93, /virsh vol-path --pool default scratch.qcow2/],
    [115, /no card vmxnet3/],
    [115, /a network of its own behind the host/],
    [115, /cable is plugged in/],
    [128, /its tag is shared-files/],
    [128, /9p here, and not virtiofs/],
    [141, /one serial port/],
    [142, /speak on ttyS0/],
    [145, /no TPM here/],
    [148, /a socket and no port, and has no password/],
    [152, /no graphics card vmvga/],
    [154, /"vfio-pci,host=0000:01:00.0"/],
    [159, /"usb-host,vendorid=0x046d,productid=0xc52b"/],
    [166, /<teleporter model='mk2'>: is not known here/],
    [169, /-sandbox off: is never handed on/],
    [174, /QEMU inherits/],
    ['-', /memoryBacking, iothreads, cputune: tunes/],
    ['-', /title, .*seclabel: is libvirt's own/],
  ];
  expect(leftOf(found)).toEqual(
    reasons.map(([line, reason]) => expect.stringMatching(new RegExp(`^${line} .*${reason.source}`))),
  );
});

test.each([
  ['<memory>1048576</memory>', '1G'],
  ["<memory unit='KiB'>1048577</memory>", '1025M'],
  ["<memory unit='b'>1073741824</memory>", '1G'],
  ["<memory unit='bytes'>1073741824</memory>", '1G'],
  ["<memory unit='k'>1048576</memory>", '1G'],
  ["<memory unit='KB'>1048576</memory>", '1000M'],
  ["<memory unit='M'>512</memory>", '512M'],
  ["<memory unit='MB'>512</memory>", '489M'],
  ["<memory unit='G'>2</memory>", '2G'],
  ["<memory unit='GiB'>2</memory>", '2G'],
  ["<memory unit='TiB'>1</memory>", '1T'],
])('%s is %s', (text, size) => expect(parts(text).memory).toEqual([size]));

test.each(["<memory unit='parsec'>1</memory>", '<memory>much</memory>', '<memory/>'])(
  '%s is no memory',
  (text) => {
    expect(parts(text)).not.toHaveProperty('memory');
    expect(left(text)).toContainEqual(expect.stringContaining('is no size of memory'));
  },
);

test.each([
  ["<os><type machine='pc-i440fx-jammy'>hvm</type></os>", 'pc'],
  ["<os><type machine='pc'>hvm</type></os>", 'pc'],
  ["<os><type machine='rhel6.6.0'>hvm</type></os>", 'pc'],
  ['<os><type>hvm</type></os>', 'pc'],
  ["<os><type machine='pc-q35-8.2'>hvm</type></os>", 'q35'],
  ["<os><type machine='microvm'>hvm</type></os>", 'microvm'],
])('%s is a %s', (text, machine) => expect(parts(text).machine).toEqual([machine]));

describe('firmware', () => {
  test.each([
    "<os firmware='efi'/>",
    "<os><loader type='pflash'>/x/CODE.fd</loader></os>",
    '<os><loader>/usr/share/OVMF/OVMF_CODE.fd</loader></os>',
    "<os firmware='efi'><loader type='pflash'>/usr/share/OVMF/OVMF_CODE.fd</loader></os>",
  ])('%s is UEFI', (text) => expect(parts(text).firmware).toEqual(['uefi']));

  test('of another kind is handed to QEMU', () =>
    expect(parts("<os><loader type='rom'>/usr/share/seabios/bios.bin</loader></os>")).toMatchObject({
      arguments: [['-bios', '/usr/share/seabios/bios.bin']],
    }));

  test('with variables in qcow2 says how to convert them', () => {
    const text = "<os firmware='efi'><nvram format='qcow2'>/x/a.qcow2</nvram></os>";
    expect(parts(text)).not.toHaveProperty('uefiVariables');
    expect(left(text)).toContainEqual(expect.stringMatching(/qemu-img convert -O raw \/x\/a.qcow2 /));
  });
});

test('a kernel is booted directly', () =>
  expect(parts('<os><kernel>/k</kernel><initrd>/i</initrd><cmdline>a "b"</cmdline></os>')).toMatchObject({
    kernel: ['/k'],
    initrd: ['/i'],
    append: ['a "b"'],
  }));

test.each([
  ["<os><boot dev='cdrom'/><boot dev='hd'/></os>", true],
  ["<os><boot dev='network'/><boot dev='hd'/></os>", true],
  ["<os><boot dev='hd'/><boot dev='cdrom'/></os>", false],
  ["<os><boot dev='cdrom'/></os>", false],
])('%s is another order: %s', (text, other) =>
  expect(left(text).some((it) => it.includes('disks are booted first'))).toBe(other),
);

test.each([
  ["<cpu mode='host-passthrough'/>", undefined],
  ["<cpu mode='host-model'/>", undefined],
  ["<cpu><topology sockets='1'/></cpu>", undefined],
  ["<cpu mode='maximum'/>", ['max']],
  ["<cpu match='exact'><model>qemu64</model></cpu>", ['qemu64']],
  [
    "<cpu mode='custom'><model>EPYC</model><feature policy='forbid' name='avx'/><feature policy='force' name='x2apic'/></cpu>",
    ['EPYC,-avx,+x2apic'],
  ],
])('%s', (text, cpu) => expect(parts(text).cpu).toEqual(cpu));

test.each([
  ['<on_poweroff>restart</on_poweroff>', ['always']],
  ['<on_poweroff>restart</on_poweroff><on_crash>destroy</on_crash>', ['always']],
  ['<on_crash>destroy</on_crash>', ['never']],
  ['<on_crash>preserve</on_crash>', ['never']],
  ['<on_crash>coredump-restart</on_crash>', ['on-crash']],
  ['<on_poweroff>destroy</on_poweroff>', undefined],
])('%s', (text, restart) => expect(parts(text).restart).toEqual(restart));

test('software emulation stays that', () =>
  expect(partsOf(read("<domain type='qemu'><name>x</name></domain>")).accelerator).toEqual(['tcg']));

describe('a disk', () => {
  const disk = (attributes: string, inner: string) => `<disk ${attributes}>${inner}</disk>`;
  const file = "<source file='/d'/>";

  test.each([
    [`${file}<target dev='vda'/>`, 'virtio', 'raw'],
    [`${file}<target dev='hda'/>`, 'ide', 'raw'],
    [`${file}<target dev='sda'/>`, 'scsi', 'raw'],
    [`${file}<target dev='sda' bus='sata'/>`, 'sata', 'raw'],
    [`<driver type='qcow2'/>${file}<target dev='nvme0n1' bus='nvme'/>`, 'nvme', 'qcow2'],
  ])('%s', (inner, how, format) =>
    expect(parts('', disk("type='file'", inner)).disks).toEqual([{ file: '/d', format, interface: how }]),
  );

  test.each([
    ['', 'sata'],
    ['<readonly/>', 'scsi'],
  ])('on a bus that is not here, %s, is on another', (more, how) =>
    expect(parts('', disk("type='file'", `${file}<target bus='usb'/>${more}`)).disks).toMatchObject([
      { interface: how },
    ]),
  );

  test.each([
    ['transient', `${file}<target bus='virtio'/><transient/>`],
    ['shareable', `${file}<target bus='virtio'/><shareable/>`],
    ['serial', `${file}<target bus='virtio'/><serial>1</serial>`],
  ])('that is %s is taken, and what it loses is told', (_, inner) => {
    expect(parts('', disk("type='file'", inner)).disks).toHaveLength(1);
    expect(left('', disk("type='file'", inner)).filter((it) => it.includes('<disk'))).toHaveLength(1);
  });

  test.each([
    ['of a network', "type='network'", "<source protocol='nbd'/>"],
    ['of a pool', "type='volume'", "<source pool='p' volume='v'/>"],
    ['that is a directory', "type='dir'", "<source dir='/x'/>"],
    ['that is a LUN', "type='block' device='lun'", "<source dev='/dev/sdb'/>"],
    ['without a file', "type='file'", ''],
    ['that is encrypted', "type='file'", `${file}<encryption format='luks'/>`],
    ['in another format', "type='file'", `<driver type='vdi'/>${file}`],
  ])('%s is left', (_, attributes, inner) => {
    expect(parts('', disk(attributes, inner))).not.toHaveProperty('disks');
    expect(left('', disk(attributes, inner)).filter((it) => it.includes('<disk'))).toHaveLength(1);
  });

  test('that is booted first comes first', () => {
    const one = (name: string, order: string) =>
      disk("type='file'", `<source file='/${name}'/><target bus='virtio'/>${order}`);
    const devices = one('a', '') + one('b', "<boot order='2'/>") + one('c', "<boot order='1'/>");
    expect(parts('', devices).disks).toMatchObject([{ file: '/c' }, { file: '/b' }, { file: '/a' }]);
  });
});

test.each([
  ["<graphics type='vnc'/>", ['vnc']],
  ["<graphics type='spice'/><graphics type='vnc'/>", ['vnc']],
  ["<graphics type='sdl'/>", ['sdl']],
  ["<graphics type='rdp'/>", undefined],
])('%s', (devices, display) => expect(parts('', devices).display).toEqual(display));

test('a machine without a screen has none', () => {
  const text = "<domain type='kvm'><name>x</name><devices/></domain>";
  expect(partsOf(read(text)).vga).toEqual(['none']);
});

test('a card of the host is not given away', () => {
  const devices = "<interface type='hostdev'/>";
  expect(parts('', devices)).not.toHaveProperty('networks');
  expect(left('', devices)).toContainEqual(expect.stringContaining('no card of the host'));
});

test('a range of ports that is none, or without end, does no harm', () => {
  const devices = (range: string) =>
    `<interface type='user'><model type='virtio'/><portForward proto='udp'>${range}</portForward></interface>`;
  expect(parts('', devices('<range/>')).networks).toEqual([{ mode: 'user', model: 'virtio' }]);
  expect(parts('', devices("<range start='53'/>")).networks).toMatchObject([{ forwards: ['udp:53:53'] }]);
  const [network] = parts('', devices("<range start='1' end='99999999'/>")).networks as {
    forwards: string[];
  }[];
  expect(network?.forwards).toHaveLength(100);
});

test.each<[string, string, RegExp]>([
  ['another document', '<network/>', /^it is <network>, and no <domain>/],
  ['another hypervisor', "<domain type='xen'/>", /^it is a domain of xen, and not of QEMU/],
  ['no hypervisor', '<domain/>', /^it is a domain of no type/],
  [
    'another processor',
    "<domain type='kvm'><os><type arch='aarch64'/></os></domain>",
    /for aarch64, .*x86_64/,
  ],
  ['no XML', 'x', /^it is no XML: /],
  ['nesting without end', '<a>'.repeat(300_000), /^it is nested too deeply/],
])('%s is refused', (_, text, message) => expect(() => read(text)).toThrow(message));

test('an older PC runs here', () =>
  expect(read("<domain type='kvm'><name>x</name><os><type arch='i686'>hvm</type></os></domain>").name).toBe(
    'x',
  ));

test("QEMU's own elements are known by their name space, whatever it is called", () => {
  const text =
    "<domain type='kvm' xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'><name>x</name><q:commandline><q:arg value='-S'/></q:commandline></domain>";
  expect(partsOf(read(text)).arguments).toEqual([['-S']]);
});

test('a command to copy has nothing in it that a shell would run', () => {
  const file = "/x'; touch y; '";
  const devices = `<disk type="file"><driver type="vmdk"/><source file="${file}"/></disk><disk type="volume"><source pool="$(touch y)" volume="v"/></disk>`;
  expect(left('', devices)).toEqual(
    expect.arrayContaining([
      expect.stringContaining(`convert -O qcow2 ${quoteWord(file)} `),
      expect.stringContaining("--pool '$(touch y)' v"),
    ]),
  );
});

test.each(['constructor', '__proto__', 'toString'])('%s is a name like any other', (name) => {
  expect(
    left(`<${name}/>`, `<${name}/>`).filter((it) => it.includes(`<${name}>: is not known`)),
  ).toHaveLength(2);
  const devices = `<graphics type='${name}'/><video><model type='${name}'/></video><disk type='${name}'><source file='/x'/></disk><interface type='${name}'><model type='${name}'/></interface>`;
  expect(partsOf(read(`<domain type='kvm'><name>x</name><devices>${devices}</devices></domain>`))).toEqual({
    vga: ['std'],
    networks: [{ mode: 'user', model: 'e1000' }],
  });
});
