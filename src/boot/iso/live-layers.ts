import { join } from 'node:path/posix';
import { type IsoContents, readBytes } from './contents.ts';
import type { IsoFile } from './listing.ts';

/** A longer list names nothing. */
const longestList = 65_536;

/** The file that lists the modules of live-boot, where it is there. */
export const moduleList = ({ listing }: IsoContents, directory: string): IsoFile | undefined =>
  listing.find(join(directory, 'filesystem.module'));

/** The modules that a list names. */
export const listedModules = (iso: IsoContents, list: IsoFile): string[] =>
  readBytes(iso, list, longestList)
    .toString()
    .split(/\s+/)
    .filter((name) => name !== '');

/**
 * The squashfs modules that live-boot lays over one another, from the lowest up: those of its list, or all that there
 * are in the order of their letters.
 * Source: components/9990-overlay.sh of live-boot, live-boot(7) on modules.
 */
export function liveLayers(iso: IsoContents, directory: string): string[] {
  const list = moduleList(iso, directory);
  if (list) {
    const paths = listedModules(iso, list).map((name) => join(directory, name));
    return paths.filter((path) => iso.listing.find(path));
  }
  const start = `${directory}/`;
  const isModule = (path: string) =>
    path.startsWith(start) && /^[^/\n]+\.squashfs$/.test(path.slice(start.length));
  return iso.listing.files
    .map(({ path }) => path)
    .filter(isModule)
    .sort();
}
