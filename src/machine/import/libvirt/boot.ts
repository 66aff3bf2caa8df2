import { quoteWord } from '../../../base/quote-word.ts';
import { lacks } from '../lacks.ts';
import { say } from '../said.ts';
import { allOf, type Readers } from './reader.ts';
import { attribute, child, children } from './xml.ts';

/** Where another thing is booted before the disks. */
export const notFirst =
  'disks are booted first, then the network, and a CD when nothing else boots; another for once: vm boot NAME -boot menu=on';

/** What a domain is booted with. */
export const bootReaders: Readers = {
  // Which files that takes is left to libvirt.
  os: (element) =>
    attribute(element, 'firmware') === 'efi' ? say(element, { key: 'firmware', value: 'uefi' }) : [],
  'os/type': (element) => {
    const machine = attribute(element, 'machine');
    // The version of a type tells how old hardware is to behave; it comes and goes with QEMU's own.
    const family = /q35/.test(machine) ? 'q35' : /^(?:pc(?:-|$)|rhel|$)/.test(machine) ? 'pc' : machine;
    return say(element, { key: 'machine', value: family });
  },
  'os/loader': (element, _, domain) => {
    const uefi = attribute(element, 'type') === 'pflash' || /ovmf|edk2|efi/i.test(element.text);
    const secure = attribute(element, 'secure') === 'yes' || /secboot|\.ms\./.test(element.text);
    if (!uefi)
      return say(element, element.text !== '' && { key: 'arguments', value: ['-bios', element.text] });
    const told = attribute(child(domain, 'os'), 'firmware') === 'efi';
    return say(element, !told && { key: 'firmware', value: 'uefi' }, secure && { why: lacks.secureBoot });
  },
  'os/nvram': (element) => {
    if (element.text === '') return 'trifle';
    if (attribute(element, 'format') !== 'qcow2')
      return say(element, { key: 'uefiVariables', value: [element.text] });
    const why = `is qcow2, and the firmware here takes none: qemu-img convert -O raw ${quoteWord(element.text)} "$(vm vmdir)/NAME/uefi-vars.fd"`;
    return say(element, { why });
  },
  'os/firmware': (element) => {
    const on = children(element, 'feature').filter((it) => attribute(it, 'enabled') === 'yes');
    const secure = on.some((it) => attribute(it, 'name') === 'secure-boot');
    return secure ? say(element, { why: lacks.secureBoot }) : 'trifle';
  },
  'os/kernel': (element) => say(element, { key: 'kernel', value: element.text }),
  'os/initrd': (element) => say(element, { key: 'initrd', value: element.text }),
  'os/cmdline': (element) => say(element, { key: 'append', value: element.text }),
  'os/boot': (element, index, domain) => {
    const disks = children(child(domain, 'os'), 'boot').some((it) => attribute(it, 'dev') === 'hd');
    const later = index === 0 && disks && attribute(element, 'dev') !== 'hd';
    return later ? say(element, { why: notFirst }) : 'same';
  },
  'os/bootmenu': (element) => {
    if (attribute(element, 'enable') !== 'yes') return 'same';
    const timeout = attribute(element, 'timeout');
    const menu = /^\d+$/.test(timeout) ? `menu=on,splash-time=${timeout}` : 'menu=on';
    return say(element, { key: 'arguments', value: ['-boot', menu] });
  },
  'os/smbios': (element) =>
    attribute(element, 'mode') === 'emulate' ? 'same' : say(element, { why: 'the BIOS names QEMU here' }),
  ...allOf('trifle', 'os/bios'),
};
