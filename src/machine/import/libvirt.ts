import { own } from '../../base/own.ts';
import { bootReaders } from './libvirt/boot.ts';
import { deviceReaders } from './libvirt/devices.ts';
import { domainReaders } from './libvirt/domain.ts';
import { driveReaders } from './libvirt/drives.ts';
import { networkReaders } from './libvirt/network.ts';
import { processorReaders } from './libvirt/processor.ts';
import { type Group, groups, type Readers } from './libvirt/reader.ts';
import { screenReaders } from './libvirt/screen.ts';
import { attribute, child, type Element, readXml } from './libvirt/xml.ts';
import { type Found, type Said, say } from './said.ts';

const readers: Readers = {
  ...domainReaders,
  ...bootReaders,
  ...processorReaders,
  ...driveReaders,
  ...networkReaders,
  ...screenReaders,
  ...deviceReaders,
};

/** What a domain is read for. */
export interface Host {
  /** Its processor as libvirt calls it: `x86_64`. */
  arch: string;
  /** Makes the error for a text that is no domain for QEMU on this host; `problem` completes "it …". */
  fail: (problem: string) => Error;
}

/**
 * Reads a domain as `virsh dumpxml` prints it and /etc/libvirt/qemu keeps it (libvirt's page "Domain XML format").
 * Pure.
 * @throws what `fail` makes
 */
export function readLibvirt(text: string, host: Host): Found {
  const domain = readDomain(text, host);
  const seen = new Map<string, number>();
  const grouped: Record<Group, Set<string>> = { same: new Set(), tuning: new Set(), trifle: new Set() };
  const said: Said[] = [];
  for (const { path, element } of elements(domain)) {
    const index = seen.get(path) ?? 0;
    seen.set(path, index + 1);
    const read = own(readers, path)?.(element, index, domain) ?? say(element, { why: 'is not known here' });
    if (typeof read === 'string') grouped[read].add(element.name);
    else said.push(...read);
  }
  for (const group of Object.keys(groups) as Group[]) {
    const what = [...grouped[group]].join(', ');
    if (what !== '') said.push(...say({ what }, groups[group]));
  }
  return { name: child(domain, 'name')?.text ?? '', said };
}

function readDomain(text: string, { arch, fail }: Host): Element {
  const domain = readOrFail(text, fail);
  if (domain.name !== 'domain') throw fail(`is <${domain.name}>, and no <domain> as virsh dumpxml prints it`);
  const type = attribute(domain, 'type');
  if (type !== 'kvm' && type !== 'qemu') throw fail(`is a domain of ${type || 'no type'}, and not of QEMU`);
  const guest = attribute(child(domain, 'os', 'type'), 'arch') || arch;
  const fits = guest === arch || (guest === 'i686' && arch === 'x86_64');
  if (!fits) throw fail(`is a domain for ${guest}, and machines have the processor of the host, ${arch}`);
  return domain;
}

function readOrFail(text: string, fail: Host['fail']): Element {
  try {
    return readXml(text);
  } catch (error) {
    if (error instanceof RangeError) throw fail('is nested too deeply');
    throw fail(`is no XML: ${(error as Error).message.split('\n')[0]}`);
  }
}

/** All elements that are read one by one, with their paths: the domain, what it holds, and what some of that holds. */
function elements(domain: Element): { path: string; element: Element }[] {
  const held = domain.children.flatMap((element) => {
    const path = element.name.replace(/^.*:/, 'qemu:'); // the file chooses the prefix of QEMU's own elements
    const inner = ['os', 'features', 'devices'].includes(path) ? bootedFirst(element.children) : [];
    return [{ path, element }, ...inner.map((it) => ({ path: `${path}/${it.name}`, element: it }))];
  });
  return [{ path: domain.name, element: domain }, ...held];
}

/** Devices with a place in the order of booting go before those without. */
function bootedFirst(devices: Element[]): Element[] {
  const order = (device: Element) =>
    Number(attribute(child(device, 'boot'), 'order')) || Number.MAX_SAFE_INTEGER;
  return devices.toSorted((a, b) => order(a) - order(b));
}
