import { expect, test } from 'vitest';
import { explainFailure } from './failure.ts';

const disk = 'driver=qcow2,node-name=disk0,file.driver=file,file.filename=drive.qcow2';
const iso = 'driver=raw,node-name=cdrom,read-only=on,file.driver=file,file.filename=/no/debian.iso';
const netdev = 'user,id=net0,hostfwd=tcp:127.0.0.1:39222-:22';

/** A machine with all that the complaints below are about. */
const parts = [
  { source: 'vivarium', args: ['-nodefaults', '-no-user-config'] },
  { source: 'machine.yaml: machine', args: ['-machine', 'foo'] },
  { source: 'machine.yaml: accelerator', args: ['-accel', 'kvm'] },
  { source: 'machine.yaml: cpu', args: ['-cpu', 'nonsense'] },
  { source: 'machine.yaml: cpus', args: ['-smp', '5000'] },
  { source: 'machine.yaml: memory', args: ['-m', '921600M', '-machine', 'memory-backend=pc.ram'] },
  { source: 'machine.yaml: kernel', args: ['-kernel', '/no/vmlinux', '-initrd', '/no/initrd'] },
  { source: 'machine.yaml: disks.0', args: ['-blockdev', disk, '-device', 'virtio-blk-pci,drive=disk0'] },
  { source: 'machine.yaml: cdrom', args: ['-blockdev', iso, '-device', 'ide-cd,drive=cdrom'] },
  { source: 'machine.yaml: networks.0', args: ['-netdev', netdev, '-device', 'virtio-net-pci,netdev=net0'] },
  { source: 'machine.yaml: display', args: ['-display', 'gtk'] },
  {
    source: 'machine.yaml: shares.0 (dir)',
    args: ['-fsdev', 'local,id=share0,path=/no/dir', '-device', 'virtio-9p-pci,fsdev=share0,mount_tag=x'],
  },
  { source: 'templates/odd', args: ['-device', 'virtio-foo-pci', '-device', 'virtio-blk-pci,foo=1'] },
  { source: 'machine.yaml: arguments', args: ['-nonsense', '-hda', '/no/x'] },
];

/** What QEMU 7.2.22 said to such command lines. */
test.each<[what: string, said: string, source: string | undefined, advice: RegExp]>([
  [
    'a missing ISO',
    `qemu-system-x86_64: -blockdev ${iso}: Could not open '/no/debian.iso': No such file or directory`,
    'machine.yaml: cdrom',
    /^The file is not there: correct machine.yaml: cdrom\.$/,
  ],
  [
    'an unknown device',
    "qemu-system-x86_64: -device virtio-foo-pci: 'virtio-foo-pci' is not a valid device model name",
    'templates/odd',
    /does not know what templates\/odd asks for/,
  ],
  [
    'an unknown property',
    "qemu-system-x86_64: -device virtio-blk-pci,foo=1: Property 'virtio-blk-pci.foo' not found",
    'templates/odd',
    /does not know what templates\/odd asks for/,
  ],
  [
    'a port that is taken',
    `qemu-system-x86_64: -netdev ${netdev}: Could not set up host forwarding rule 'tcp:127.0.0.1:39222-:22'`,
    'machine.yaml: networks.0',
    /^Port 39222 is taken on this host: choose another in machine.yaml: networks.0\.$/,
  ],
  [
    'a disk that is locked for writing',
    `qemu-system-x86_64: -blockdev ${disk}: Failed to get "write" lock\nIs another process using the image [drive.qcow2]?`,
    'machine.yaml: disks.0',
    /^Another QEMU has this disk open/,
  ],
  [
    'a disk that another writes to',
    `qemu-system-x86_64: -blockdev ${disk}: Failed to get shared "write" lock\nIs another process using the image [drive.qcow2]?`,
    'machine.yaml: disks.0',
    /^Another QEMU has this disk open/,
  ],
  [
    'a disk in another format',
    `qemu-system-x86_64: -blockdev ${disk}: Image is not in qcow2 format`,
    'machine.yaml: disks.0',
    /^The file is not qcow2: correct the format in machine.yaml: disks.0\.$/,
  ],
  [
    'a disk of somebody else',
    `qemu-system-x86_64: -blockdev ${disk}: Could not open 'drive.qcow2': Permission denied`,
    'machine.yaml: disks.0',
    /^You may not open that file/,
  ],
  [
    'an unknown machine type',
    'qemu-system-x86_64: unsupported machine type\nUse -machine help to list supported machines',
    'machine.yaml: machine',
    /-machine help/,
  ],
  [
    'an unknown CPU model',
    "qemu-system-x86_64: unable to find CPU model 'nonsense'",
    'machine.yaml: cpu',
    /-cpu help/,
  ],
  [
    'too many CPUs',
    "qemu-system-x86_64: Invalid SMP CPUs 5000. The max CPUs supported by machine 'pc-q35-7.2' is 288",
    'machine.yaml: cpus',
    /^This machine type takes 288 CPUs at most: lower cpus in machine.yaml: cpus\.$/,
  ],
  [
    'more memory than the host has',
    "qemu-system-x86_64: cannot set up guest memory 'pc.ram': Cannot allocate memory",
    'machine.yaml: memory',
    /too little memory free/,
  ],
  [
    'a missing kernel',
    "qemu: could not open kernel file '/no/vmlinux': No such file or directory",
    'machine.yaml: kernel',
    /^The file is not there: correct machine.yaml: kernel\.$/,
  ],
  [
    'a missing initrd',
    'qemu: error reading initrd /no/initrd: Failed to open file “/no/initrd”: open() failed: No such file or directory',
    'machine.yaml: kernel',
    /^The file is not there/,
  ],
  ['a kernel that is none', 'qemu: invalid kernel header', 'machine.yaml: kernel', /^That is no kernel/],
  [
    'KVM that may not be opened',
    'Could not access KVM kernel module: Permission denied\nqemu-system-x86_64: -accel kvm: failed to initialize kvm: Permission denied',
    'machine.yaml: accelerator',
    /^KVM is of no use here/,
  ],
  [
    'KVM that breaks',
    "qemu-system-x86_64: error: failed to set MSR 0x10a to 0x69\nqemu-system-x86_64: ../../target/i386/kvm/kvm.c:3183: kvm_buf_set_msrs: Assertion `ret == cpu->kvm_msr_buf->nmsrs' failed.",
    undefined,
    /^KVM is of no use here/,
  ],
  [
    'a window that cannot be opened',
    "qemu: module ui-ui-gtk not found, do you want to install qemu-system-gui package?\nqemu-system-x86_64: Display 'gtk' is not available.",
    'machine.yaml: display',
    /set display to none or vnc/,
  ],
  [
    'a missing directory',
    "qemu-system-x86_64: -device virtio-9p-pci,fsdev=share0,mount_tag=x: cannot initialize fsdev 'share0': failed to open '/no/dir': No such file or directory",
    'machine.yaml: shares.0 (dir)',
    /^The file is not there: correct machine.yaml: shares.0 \(dir\)\.$/,
  ],
  [
    'an unknown option',
    'qemu-system-x86_64: -nonsense: invalid option',
    'machine.yaml: arguments',
    /does not know what machine.yaml: arguments asks for/,
  ],
  [
    'a file that an old option names',
    "qemu-system-x86_64: -hda /no/x: Could not open '/no/x': No such file or directory",
    'machine.yaml: arguments',
    /^The file is not there/,
  ],
  [
    'what nobody has foreseen, of an option',
    "qemu-system-x86_64: -device ide-cd,drive=cdrom: No 'IDE' bus found for device 'ide-cd'",
    'machine.yaml: cdrom',
    /^Correct machine.yaml: cdrom, then start it again\.$/,
  ],
  ['what nobody has foreseen', 'Segmentation fault', undefined, /^All it said: vm logs$/],
  ['nothing', '', undefined, /^All it said: vm logs$/],
])('%s', (_, said, source, advice) => {
  const explained = explainFailure(said.split('\n'), parts);
  expect(explained.source).toBe(source);
  expect(explained.advice).toMatch(advice);
});

test('of two parts with the same option, the value tells which is meant', () => {
  const [said] = [
    `qemu-system-x86_64: -netdev user,id=b,hostfwd=tcp:127.0.0.1:80-:80: Could not set up host forwarding rule 'tcp:127.0.0.1:80-:80'`,
  ];
  const two = ['a', 'b'].map((id) => ({
    source: id,
    args: ['-netdev', `user,id=${id},hostfwd=tcp:127.0.0.1:80-:80`],
  }));
  expect(explainFailure([said], two).source).toBe('b');
  expect(explainFailure([said], two.toReversed()).source).toBe('b');
});

test('the name of a source is taken as it is', () => {
  const source = "machine.yaml: shares.0 ($& $1 KEY $')";
  const { advice } = explainFailure(
    ["qemu: 'thing' No such file or directory"],
    [{ source, args: ['-x', 'a=thing'] }],
  );
  expect(advice).toBe(`The file is not there: correct ${source}.`);
});
