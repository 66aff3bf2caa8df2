import { exactSize } from '../../../base/sizes.ts';
import { foreignArguments } from '../foreign-arguments.ts';
import { say } from '../said.ts';
import { allOf, type Readers } from './reader.ts';
import { attribute, child, type Element } from './xml.ts';

/** What stands in a domain beside its devices. */
export const domainReaders: Readers = {
  domain: (element) =>
    attribute(element, 'type') === 'qemu' ? say(element, { key: 'accelerator', value: 'tcg' }) : [],
  features: () => [],
  name: () => [],
  uuid: (element) =>
    /^[0-9a-f-]{32,36}$/i.test(element.text)
      ? say(element, { key: 'arguments', value: ['-uuid', element.text] })
      : say(element, { why: 'is no UUID' }),
  memory: (element) => {
    const bytes = bytesOf(element);
    if (bytes === undefined) return say(element, { why: 'is no size of memory' });
    return say(element, { key: 'memory', value: wholeMiB(bytes) });
  },
  currentMemory: (element, _, domain) => {
    const bytes = bytesOf(element);
    if (bytes === undefined || bytes === bytesOf(child(domain, 'memory'))) return 'same';
    const why = `there is no balloon: the guest has all of its memory. Less: vm set NAME memory=${wholeMiB(bytes)}`;
    return say(element, { why });
  },
  vcpu: (element) => {
    const cpus = Number(attribute(element, 'current') || element.text);
    const why = 'CPUs of the host are not chosen here';
    return say(element, { key: 'cpus', value: cpus }, attribute(element, 'cpuset') !== '' && { why });
  },
  clock: (element) => {
    const offset = attribute(element, 'offset') || 'utc';
    if (offset === 'utc') return 'same';
    if (offset === 'localtime') return say(element, { key: 'arguments', value: ['-rtc', 'base=localtime'] });
    return say(element, { why: 'the clock is UTC here; another begin: -rtc, base=… in arguments' });
  },
  on_poweroff: (element) =>
    element.text === 'restart' ? say(element, { key: 'restart', value: 'always' }) : 'same',
  on_reboot: (element) =>
    element.text === 'destroy' ? say(element, { key: 'arguments', value: ['-no-reboot'] }) : 'same',
  on_crash: (element, _, domain) => {
    if (child(domain, 'on_poweroff')?.text === 'restart') return 'same'; // which is more
    const value = element.text.endsWith('restart') ? 'on-crash' : 'never';
    return say(element, { key: 'restart', value });
  },
  'qemu:commandline': (element) => [
    ...foreignArguments(
      element.children.filter(({ name }) => name.endsWith(':arg')).map((arg) => attribute(arg, 'value')),
      element,
    ),
    ...element.children
      .filter(({ name }) => name.endsWith(':env'))
      .flatMap((env) => say(env, { why: 'QEMU inherits what vm or vmd was started with: set it there' })),
  ],
  launchSecurity: (element) => say(element, { why: 'memory is not encrypted here' }),
  sysinfo: (element) =>
    say(element, { why: 'the strings of the BIOS are those of QEMU; others: -smbios in arguments' }),
  maxMemory: (element) => say(element, { why: 'memory cannot be plugged in here' }),
  'features/hyperv': (element) =>
    say(element, {
      why: 'with KVM, what Windows likes of it is had by: vm set NAME cpu=host,hv_passthrough',
    }),
  'features/kvm': (element) =>
    attribute(child(element, 'hidden'), 'state') === 'on'
      ? say(element, {
          why: 'the guest sees that it runs under KVM; to hide it: vm set NAME cpu=host,kvm=off',
        })
      : 'trifle',
  ...allOf('trifle', 'title', 'description', 'metadata', 'genid', 'pm', 'seclabel', 'on_lockfailure'),
  ...allOf('same', 'features/acpi', 'features/apic', 'features/pae'),
  ...allOf('trifle', 'features/vmport', 'features/smm'),
  ...allOf('trifle', 'features/ioapic', 'features/pvspinlock', 'features/pmu', 'features/vmcoreinfo'),
  ...allOf('tuning', 'iothreads', 'iothreadids', 'cputune', 'memtune', 'numatune', 'blkiotune', 'resource'),
  ...allOf('tuning', 'memoryBacking', 'vcpus', 'perf', 'throttlegroups'),
};

/** Rounded up, as libvirt does. */
const wholeMiB = (bytes: number): string => exactSize(Math.ceil(bytes / 2 ** 20) * 2 ** 20);

const powers: Record<string, number> = { '': 0, k: 1, m: 2, g: 3, t: 4, p: 5 };

/** Bytes of an amount of memory: in KiB unless a unit is given; KB are a thousand (libvirt's virScaleInteger). */
function bytesOf(element: Element | undefined): number | undefined {
  const unit = attribute(element, 'unit') || 'KiB';
  const [, letter = '', rest = ''] = /^([kmgtp]?)(b|bytes|ib)?$/i.exec(unit) ?? [undefined, unit];
  const power = powers[letter.toLowerCase()];
  if (power === undefined || !/^\d+$/.test(element?.text ?? '')) return undefined;
  return Number(element?.text) * (rest.toLowerCase() === 'b' ? 1000 : 1024) ** power;
}
