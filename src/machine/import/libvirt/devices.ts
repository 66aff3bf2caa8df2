import { lacks } from '../lacks.ts';
import { type Said, say } from '../said.ts';
import { allOf, type Reader, type Readers } from './reader.ts';
import { attribute, child, type Element } from './xml.ts';

const missing =
  (why: string): Reader =>
  (element) =>
    say(element, { why });

const console = { as: 'the console: vm console NAME' };

/** All other devices. */
export const deviceReaders: Readers = {
  'devices/serial': (element, index) =>
    say(element, index === 0 ? console : { why: 'there is one serial port; more: -serial in arguments' }),
  'devices/console': (element, _, domain) => {
    if (attribute(child(element, 'target'), 'type') === 'virtio') {
      return say(element, {
        why: 'the console is the first serial port here: the guest has to speak on ttyS0',
      });
    }
    return child(domain, 'devices', 'serial') ? 'same' : say(element, console); // the same port
  },
  'devices/channel': (element) => {
    const target = child(element, 'target');
    const name = attribute(target, 'name');
    if (/spice|webdav|vdagent/.test(`${name} ${attribute(element, 'type')}`)) return 'trifle';
    return say(
      { ...element, what: `${element.what} ${name}`.trim() },
      name === 'org.qemu.guest_agent.0'
        ? { as: 'the channel to the guest agent, as every machine has it' }
        : { why: 'there are no channels to the guest but its serial port and the guest agent' },
    );
  },
  'devices/rng': (element) => say(element, { as: "the host's randomness, as every machine has it" }),
  'devices/tpm': missing(lacks.tpm),
  'devices/sound': missing(lacks.sound),
  'devices/hostdev': hostDevice,
  'devices/watchdog': (element) =>
    attribute(element, 'model') === 'itco'
      ? 'trifle'
      : say(element, { why: `put -device, ${attribute(element, 'model')} into arguments` }),
  'devices/smartcard': missing('there is none here'),
  'devices/parallel': missing('there is no parallel port'),
  'devices/vsock': missing('put -device, "vhost-vsock-pci,guest-cid=3" into arguments'),
  'devices/iommu': missing('put -device, intel-iommu into arguments'),
  'devices/shmem': missing('machines share no memory here'),
  'devices/memory': missing('memory cannot be plugged in here: it is all in memory'),
  ...allOf('trifle', 'devices/memballoon', 'devices/hub', 'devices/panic', 'devices/crypto'),
};

/** A device of the host is named, but taking it away from the host is left to its owner. */
function hostDevice(element: Element): Said[] {
  const source = child(element, 'source');
  const [vendor, product] = ['vendor', 'product'].map((it) => attribute(child(source, it), 'id'));
  const address = child(source, 'address');
  const [domain, bus, slot, place] = ['domain', 'bus', 'slot', 'function'].map((it) =>
    attribute(address, it).replace(/^0x/, ''),
  );
  const device = vendor
    ? `-device, qemu-xhci, -device, "usb-host,vendorid=${vendor},productid=${product}"`
    : attribute(element, 'type') === 'pci'
      ? `-device, "vfio-pci,host=${domain || '0000'}:${bus}:${slot}.${place || 0}"`
      : 'a -device for it';
  return say(element, {
    why: `the guest has no device of the host unless asked for: put ${device} into arguments`,
  });
}
