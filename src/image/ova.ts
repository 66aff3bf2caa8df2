import { VivariumError } from '../base/errors.ts';
import type { FileBytes } from '../host/file-bytes.ts';
import { type TarFile, tarFiles } from './tar.ts';

/** Bytes that an .ovf may have. */
const largestOvf = 2 ** 20;

const diskName = /\.(vmdk|qcow2|img|raw|vdi|vhdx?|iso)(\.(gz|xz|zst|bz2))?$/i;

/**
 * The one disk in an archive: the one that its .ovf names (an OVA), else the only file that is a disk by its name,
 * else the only file. Files are told by the archive's own list: no name in it ever becomes a path.
 * @param label names the archive in errors
 * @throws `image-unreadable`, `image-unsafe`
 */
export function diskInTar(archive: FileBytes, label: string): TarFile {
  const fail = (problem: string) => new VivariumError('image-unreadable', { file: label, problem });
  const files = listed(archive, fail);
  const ovf = files.find(({ name }) => /\.ovf$/i.test(name));
  if (!ovf) {
    const disks = files.filter(({ name }) => diskName.test(name));
    return only(disks.length > 0 ? disks : files, fail);
  }
  if (ovf.size > largestOvf) throw fail('its .ovf is larger than 1M');
  const named = disksOf(archive.at(ovf.offset, ovf.size).toString());
  const found = named.map((name) => {
    const file = files.find((one) => one.name === name || one.name === `./${name}`);
    if (file) return file;
    const problem = `its .ovf names the disk ${name}, which is not in the archive`;
    throw new VivariumError('image-unsafe', { file: label, problem });
  });
  return only(found, fail);
}

function listed(archive: FileBytes, fail: (problem: string) => VivariumError): TarFile[] {
  try {
    return [...tarFiles(archive)];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw fail(error.message);
  }
}

function only(files: TarFile[], fail: (problem: string) => VivariumError): TarFile {
  const [file] = files;
  if (!file) throw fail('it is an archive without a disk');
  if (files.length === 1) return file;
  const names = files.slice(0, 5).map(({ name }) => name);
  throw fail(`it is an archive of several disks (${names.join(', ')}): unpack it and import one`);
}

/**
 * The files of the disks that an .ovf describes. Source: DSP0243, 7.1 (References) and 9.1 (DiskSection): a Disk
 * refers by `fileRef` to the `id` of a File, whose `href` is its name.
 */
export function disksOf(ovf: string): string[] {
  // Bounded, and without a way back: the text may have been made to keep an expression busy.
  const elements = withoutComments(ovf).matchAll(/<(?:[\w.-]{1,50}:)?(File|Disk)\s([^<>]{0,1000})>/g);
  const files = new Map<string, string>();
  const wanted: string[] = [];
  for (const [, element, text = ''] of elements) {
    const { id, href, fileRef } = attributes(text);
    if (element === 'File' && id !== undefined && href !== undefined) files.set(id, href);
    if (element === 'Disk' && fileRef !== undefined) wanted.push(fileRef);
  }
  return [...new Set(wanted)].flatMap((id) => files.get(id) ?? []);
}

function withoutComments(xml: string): string {
  const [before = '', ...rest] = xml.split('<!--');
  return (
    before + rest.map((part) => (part.includes('-->') ? part.slice(part.indexOf('-->') + 3) : '')).join('')
  );
}

function attributes(text: string): Record<string, string> {
  const found = text.matchAll(/(?:[\w.-]+:)?([\w.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
  return Object.fromEntries([...found].map(([, name, one, other]) => [name, plain(one ?? other ?? '')]));
}

function plain(text: string): string {
  const characters: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => characters[name] ?? '');
}
