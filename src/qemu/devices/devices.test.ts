import { expect, test } from 'vitest';
import { agent } from './agent.ts';
import { board } from './board.ts';
import { cdrom, moreCdrom } from './cdrom.ts';
import { type Disk, disk } from './disk.ts';
import { display, screenSocket } from './display.ts';
import { uefi } from './firmware.ts';
import { floppy } from './floppy.ts';
import { generation } from './generation.ts';
import { graphics } from './graphics.ts';
import { idePlace } from './ide.ts';
import { job } from './job.ts';
import { kernel } from './kernel.ts';
import { memory } from './memory.ts';
import { type Network, network } from './network.ts';
import { accelerator, processor, processors } from './processor.ts';
import { randomness } from './randomness.ts';
import { bare, sandbox } from './safety.ts';
import { seedDisk } from './seed.ts';
import { share } from './share.ts';
import { monitor, qmp, serialConsole } from './sockets.ts';

const qcow2: Disk = { file: 'drive.qcow2', format: 'qcow2', interface: 'virtio', readonly: false };
const card: Network = { model: 'virtio', forwards: [] };
const blockdev =
  '-blockdev driver=qcow2,node-name=disk0,read-only=off,file.driver=file,file.filename=drive.qcow2,discard=unmap,file.discard=unmap';

/** Every device with its whole command line; a space stands for the border of two arguments. */
test.each<[string, string[], string]>([
  ['no device that was not asked for', bare(), '-nodefaults -no-user-config'],
  [
    'no needless system call',
    sandbox(),
    '-sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny',
  ],
  ['the machine type', board('q35'), '-machine q35'],
  ['the accelerator', accelerator('kvm'), '-accel kvm'],
  ["the host's CPU under KVM", processor('kvm', undefined), '-cpu host'],
  ['what TCG does best', processor('tcg', undefined), '-cpu max,-erms'],
  ['a CPU model that is asked for', processor('kvm', 'EPYC,-avx'), '-cpu EPYC,-avx'],
  ['CPUs', processors(4), '-smp 4'],
  ['memory', memory(1536 * 2 ** 20), '-m 1536M'],
  [
    'UEFI',
    uefi('/usr/share/OVMF/CODE.fd', 'uefi-vars.fd'),
    '-drive if=pflash,unit=0,format=raw,readonly=on,file=/usr/share/OVMF/CODE.fd -drive if=pflash,unit=1,format=raw,readonly=off,file=uefi-vars.fd',
  ],
  ['a kernel', kernel({ kernel: 'vmlinux' }), '-kernel vmlinux'],
  ['a kernel with all', kernel({ kernel: 'k', initrd: 'i', append: '' }), '-kernel k -initrd i -append '],
  ['a disk', disk(qcow2, 0), `${blockdev} -device virtio-blk-pci,drive=disk0,id=disk0-device,bootindex=1`],
  [
    'an NVMe disk',
    disk({ ...qcow2, interface: 'nvme' }, 0),
    `${blockdev} -device nvme,drive=disk0,id=disk0-device,bootindex=1,serial=disk0`,
  ],
  [
    'a SCSI disk',
    disk({ ...qcow2, interface: 'scsi' }, 0),
    `${blockdev} -device virtio-scsi-pci,id=disk0-controller -device scsi-hd,drive=disk0,id=disk0-device,bootindex=1,bus=disk0-controller.0`,
  ],
  [
    'a SATA disk',
    disk({ ...qcow2, interface: 'sata' }, 0),
    `${blockdev} -device ich9-ahci,id=disk0-controller -device ide-hd,drive=disk0,id=disk0-device,bootindex=1,bus=disk0-controller.0`,
  ],
  [
    'an IDE disk',
    disk({ ...qcow2, interface: 'ide' }, 0),
    `${blockdev} -device ide-hd,drive=disk0,id=disk0-device,bootindex=1`,
  ],
  [
    'an IDE disk on a bus of two',
    disk({ ...qcow2, interface: 'ide' }, 2, idePlace('pc', 3)),
    `${blockdev.replaceAll('disk0', 'disk2')} -device ide-hd,drive=disk2,id=disk2-device,bootindex=3,bus=ide.1,unit=1`,
  ],
  [
    'a second disk, raw and read only',
    disk({ file: 'b,c.img', format: 'raw', interface: 'virtio', readonly: true }, 1),
    '-blockdev driver=raw,node-name=disk1,read-only=on,file.driver=file,file.filename=b,,c.img,discard=unmap,file.discard=unmap -device virtio-blk-pci,drive=disk1,id=disk1-device,bootindex=2',
  ],
  [
    'a disk of the host itself',
    disk({ file: '/dev/vg/guest', format: 'raw', interface: 'virtio', readonly: false }, 0),
    '-blockdev driver=raw,node-name=disk0,read-only=off,file.driver=host_device,file.filename=/dev/vg/guest,discard=unmap,file.discard=unmap -device virtio-blk-pci,drive=disk0,id=disk0-device,bootindex=1',
  ],
  [
    'a CD',
    cdrom('/iso/a,b.iso'),
    '-blockdev driver=raw,node-name=cdrom,read-only=on,file.driver=file,file.filename=/iso/a,,b.iso -device ide-cd,drive=cdrom,id=cdrom-device,bootindex=100',
  ],
  [
    'a second CD',
    moreCdrom('b.iso', 1),
    '-blockdev driver=raw,node-name=cdrom1,read-only=on,file.driver=file,file.filename=b.iso -device ich9-ahci,id=cdrom1-controller -device ide-cd,drive=cdrom1,id=cdrom1-device,bootindex=101,bus=cdrom1-controller.0',
  ],
  [
    'a CD on a bus that has others',
    cdrom('b.iso', idePlace('q35', 1)),
    '-blockdev driver=raw,node-name=cdrom,read-only=on,file.driver=file,file.filename=b.iso -device ide-cd,drive=cdrom,id=cdrom-device,bootindex=100,bus=ide.1,unit=0',
  ],
  ['a floppy', floppy('/a,b.img'), '-drive if=floppy,format=raw,file=/a,,b.img'],
  ['a network', network(card, 0, true), '-netdev user,id=net0 -device virtio-net-pci,netdev=net0'],
  [
    'a network that is not booted from',
    network(card, 0, false),
    '-netdev user,id=net0 -device virtio-net-pci,netdev=net0,romfile=',
  ],
  [
    'another card with an address',
    network({ ...card, model: 'e1000', mac: '52:54:00:12:34:56' }, 1, true),
    '-netdev user,id=net1 -device e1000,netdev=net1,mac=52:54:00:12:34:56',
  ],
  [
    'forwards',
    network(
      {
        ...card,
        forwards: [
          { protocol: 'tcp', address: '127.0.0.1', host: 2222, guest: 22 },
          { protocol: 'udp', address: '0.0.0.0', host: 53, guest: 5353 },
        ],
      },
      0,
      true,
    ),
    '-netdev user,id=net0,hostfwd=tcp:127.0.0.1:2222-:22,hostfwd=udp:0.0.0.0:53-:5353 -device virtio-net-pci,netdev=net0',
  ],
  ['a graphics card', graphics('qxl'), '-vga qxl'],
  ['no display', display('none', 'supervise/vnc'), '-display none'],
  ['a window', display('gtk', 'supervise/vnc'), '-display gtk -device qemu-xhci -device usb-tablet'],
  [
    'VNC',
    display('vnc', 'supervise/vnc'),
    '-display vnc=unix:supervise/vnc,share=force-shared -device qemu-xhci -device usb-tablet',
  ],
  ['VNC beside another display', screenSocket('supervise/vnc'), '-vnc unix:supervise/vnc,share=force-shared'],
  [
    'a share',
    share({ path: '/a,b', tag: 'src', readonly: true }, 2),
    '-fsdev local,id=share2,path=/a,,b,security_model=mapped-xattr,readonly=on,multidevs=remap -device virtio-9p-pci,fsdev=share2,mount_tag=src',
  ],
  [
    "a share with the host's ownership",
    share({ path: '/a', tag: 'root', readonly: false, ownership: 'host' }, 0),
    '-fsdev local,id=share0,path=/a,security_model=none,readonly=off,multidevs=remap -device virtio-9p-pci,fsdev=share0,mount_tag=root',
  ],
  [
    'the channel of a job, whose status comes last',
    job({ in: 'in', out: 'out', err: 'err', status: 'status' }),
    `-device virtio-serial-pci,id=job-controller ${['in', 'out', 'err', 'status']
      .map(
        (name) =>
          `-chardev socket,id=job-${name},path=${name},server=on,wait=off -device virtserialport,bus=job-controller.0,chardev=job-${name},name=vivarium.${name}`,
      )
      .join(' ')}`,
  ],
  [
    'the channel of the guest agent',
    agent('supervise/agent'),
    '-chardev socket,id=agent,path=supervise/agent,server=on,wait=off -device virtio-serial-pci,id=agent-controller -device virtserialport,bus=agent-controller.0,chardev=agent,name=org.qemu.guest_agent.0',
  ],
  [
    'what a guest is told at its first boot',
    seedDisk('seed.iso'),
    '-blockdev driver=raw,node-name=seed,read-only=on,file.driver=file,file.filename=seed.iso -device virtio-blk-pci,drive=seed,id=seed-device',
  ],
  [
    'a port that QEMU chooses',
    network(
      { ...card, forwards: [{ protocol: 'tcp', address: '127.0.0.1', host: 'auto', guest: 22 }] },
      0,
      true,
    ),
    '-netdev user,id=net0,hostfwd=tcp:127.0.0.1:0-:22 -device virtio-net-pci,netdev=net0',
  ],
  ['the number of a fork', generation(), '-device vmgenid,guid=auto'],
  ['randomness', randomness(), '-device virtio-rng-pci'],
  [
    'QMP',
    qmp('engine', 'supervise/engine'),
    '-chardev socket,id=engine,path=supervise/engine,server=on,wait=off -mon chardev=engine,mode=control',
  ],
  [
    'the monitor',
    monitor('supervise/monitor'),
    '-chardev socket,id=monitor,path=supervise/monitor,server=on,wait=off -mon chardev=monitor,mode=readline',
  ],
  [
    'the console',
    serialConsole('supervise/console'),
    '-chardev socket,id=console,path=supervise/console,server=on,wait=off,logfile=/dev/stdout,logappend=on -serial chardev:console',
  ],
])('%s', (_, args, expected) => expect(args.join(' ')).toBe(expected));

test.each([
  ['pc', 0, { bus: 'ide.0', unit: 0 }],
  ['pc', 1, { bus: 'ide.0', unit: 1 }],
  ['pc-i440fx-7.2', 2, { bus: 'ide.1', unit: 0 }],
  ['q35', 0, { bus: 'ide.0', unit: 0 }],
  ['q35', 1, { bus: 'ide.1', unit: 0 }],
  ['pc-q35-7.2', 5, { bus: 'ide.5', unit: 0 }],
  ['microvm', 1, undefined],
])('on %s, IDE device %d is at %j', (machine, index, place) =>
  expect(idePlace(machine, index)).toEqual(place),
);
