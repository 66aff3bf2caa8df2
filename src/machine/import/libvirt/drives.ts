import { quoteWord } from '../../../base/quote-word.ts';
import { type Disk, type Said, say } from '../said.ts';
import { notFirst } from './boot.ts';
import { allOf, type Readers } from './reader.ts';
import { attribute, child, type Element } from './xml.ts';

/** Disks, CDs, floppies, and directories of the host. */
export const driveReaders: Readers = {
  'devices/disk': (element) => {
    const kind = attribute(element, 'device') || 'disk';
    const source = child(element, 'source');
    const named = { ...element, what: `${element.what} ${attribute(child(element, 'target'), 'dev')}` };
    if (!source && kind === 'cdrom')
      return say(named, { why: 'is empty: a drive comes with what is put into it: vm set NAME cdrom=FILE' });
    if (!source && kind === 'floppy') return 'trifle';
    const file = attribute(source, 'file') || attribute(source, 'dev');
    const type = attribute(element, 'type');
    if (kind === 'lun' || file === '' || (type !== 'file' && type !== 'block')) {
      return say(named, { why: elsewhere(kind === 'lun' ? 'lun' : type, source) });
    }
    if (kind === 'cdrom') {
      const first = attribute(child(element, 'boot'), 'order') === '1';
      return say(named, { key: 'cdrom', value: file }, first && { why: notFirst });
    }
    if (kind === 'floppy') return say(named, { key: 'floppy', value: file });
    return disk(named, file);
  },
  'devices/filesystem': (element, index) => {
    const source = attribute(child(element, 'source'), 'dir');
    const target = attribute(child(element, 'target'), 'dir');
    if (source === '') return say(element, { why: 'only directories of the host can be shared' });
    const tag =
      target
        .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
        .replace(/^-+/, '')
        .slice(0, 31) || `share${index}`;
    const virtiofs = attribute(child(element, 'driver'), 'type') === 'virtiofs';
    const mode = attribute(element, 'accessmode') || 'passthrough';
    const readonly = child(element, 'readonly') !== undefined;
    return say(
      element,
      { key: 'shares', value: { path: source, tag, ...(readonly && { readonly }) } },
      tag !== target && { why: `its tag is ${tag} here: the guest mounts it by that name` },
      virtiofs && { why: `it is 9p here, and not virtiofs: mount -t 9p -o trans=virtio ${tag} DIRECTORY` },
      !virtiofs &&
        mode !== 'mapped' && {
          why: 'owners and modes that the guest sets are kept beside the files, and are not those of the host',
        },
    );
  },
  ...allOf('trifle', 'devices/controller', 'devices/emulator'),
};

function disk(element: Element, file: string): Said[] {
  const driver = child(element, 'driver');
  const format = attribute(driver, 'type') || 'raw';
  if (format !== 'qcow2' && format !== 'raw') {
    const why = `disks are qcow2 or raw: qemu-img convert -O qcow2 ${quoteWord(file)} "$(vm vmdir)/NAME/converted.qcow2", then put {file: converted.qcow2} into disks: vm edit NAME`;
    return say(element, { why });
  }
  if (child(element, 'encryption') ?? child(element, 'source', 'encryption')) {
    return say(element, { why: 'it is encrypted, and there is no key for it here' });
  }
  const target = child(element, 'target');
  const bus = attribute(target, 'bus') || busOf(attribute(target, 'dev'));
  const known = interfaces.find((it) => it === bus);
  const readonly = child(element, 'readonly') !== undefined;
  const how = known ?? (readonly ? 'scsi' : 'sata'); // QEMU has no SATA disk to read only
  return say(
    element,
    { key: 'disks', value: { file, format, interface: how, ...(readonly && { readonly }) } },
    !known && { why: `there are no disks on ${bus} here: it is on ${how}` },
    child(element, 'transient') !== undefined && {
      why: 'the disk keeps what is written to it; for once it does not by: vm boot NAME -snapshot',
    },
    child(element, 'shareable') !== undefined && { why: 'one machine at a time may write to a disk' },
    child(element, 'serial') !== undefined && {
      why: 'the disk has no serial number for the guest to know it by',
    },
  );
}

const interfaces: NonNullable<Disk['interface']>[] = ['virtio', 'scsi', 'sata', 'ide', 'nvme'];

/** libvirt's own guess, by the name of the device. */
const busOf = (dev: string): string => ({ vd: 'virtio', hd: 'ide', sd: 'scsi' })[dev.slice(0, 2)] ?? 'sata';

/** Why a disk that is no file of the host stays where it is. */
function elsewhere(type: string, source: Element | undefined): string {
  const of = (name: string) => attribute(source, name);
  switch (type) {
    case 'volume':
      return `is a volume of a pool: find its file by virsh vol-path --pool ${quoteWord(of('pool'))} ${quoteWord(of('volume'))}, then put it into disks`;
    case 'network':
      return `is reached by ${of('protocol') || 'a network'}: QEMU can do that by -blockdev in arguments`;
    case 'lun':
      return 'hands SCSI commands through to a device of the host, which is not done here';
    case 'file':
    case 'block':
      return 'names no file';
    default:
      return `is of type ${type || 'nothing'}, which is not known here`;
  }
}
