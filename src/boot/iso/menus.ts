import type { Scope } from '../../base/scope.ts';
import { type IsoContents, readBytes } from './contents.ts';
import { efiFiles, readFromEfi } from './efi-image.ts';
import { efiPrefix, type IsoEntry, type LoaderName } from './iso.ts';
import type { IsoFile } from './listing.ts';
import { grubMenu } from './loaders/grub.ts';
import { isolinuxMenu } from './loaders/isolinux.ts';
import type { LoaderFiles, Menu } from './loaders/menu.ts';
import { systemdBootMenu } from './loaders/systemd-boot.ts';

/** A larger file is no configuration. */
const largest = 2 ** 20;

export interface LoaderMenu {
  source: LoaderName;
  entries: Omit<IsoEntry, 'source'>[];
  timeout?: number | undefined;
}

/** Where loaders look for their configurations; then any file of the last name is taken. */
const places = {
  grub: {
    paths: ['/boot/grub/grub.cfg', '/boot/grub2/grub.cfg', '/EFI/BOOT/grub.cfg', '/boot/grub/loopback.cfg'],
    name: /\/grub\.cfg$/i,
  },
  isolinux: {
    paths: ['/isolinux/isolinux.cfg', '/boot/isolinux/isolinux.cfg', '/boot/syslinux/isolinux.cfg'],
    name: /\/(?:iso|sys)linux\.cfg$/i,
  },
};

/** The menu of each boot loader whose configuration an ISO has, with those entries of which everything is there. */
export async function readMenus(scope: Scope, iso: IsoContents): Promise<LoaderMenu[]> {
  const files = loaderFiles(iso);
  const platform = iso.images.some((image) => image.platform === 'UEFI') ? 'efi' : 'pc';
  const menus: LoaderMenu[] = [
    first('grub', iso, (path) => grubMenu(files, path, { label: iso.label, platform })),
    { source: 'systemd-boot', ...present(systemdBootOfIso(iso), inIso(iso)) },
    first('isolinux', iso, (path) => isolinuxMenu(files, path)),
  ];
  const uefi = menus.some(({ source, entries }) => source !== 'isolinux' && entries.length > 0);
  if (!uefi) menus[1] = { source: 'systemd-boot', ...(await systemdBootOfEfi(scope, iso)) };
  return menus.filter(({ entries }) => entries.length > 0);
}

/** The menu of the first configuration that has anything in it. */
function first(source: 'grub' | 'isolinux', iso: IsoContents, read: (path: string) => Menu): LoaderMenu {
  const { paths, name } = places[source];
  const others = iso.listing.files.map(({ path }) => path).filter((path) => name.test(path));
  for (const path of new Set([...paths, ...others.slice(0, 20)])) {
    if (!iso.listing.find(path)) continue;
    const menu = present(read(path), inIso(iso));
    if (menu.entries.length > 0) return { source, ...menu };
  }
  return { source, entries: [] };
}

/** A menu with the entries whose files are all there, by the paths that they really have. */
function present(menu: Menu, pathOf: (path: string) => string | undefined): Menu {
  const entries = menu.entries.flatMap((entry) => {
    const kernel = pathOf(entry.kernel);
    const initrds = entry.initrds.map(pathOf).filter((path) => path !== undefined);
    return kernel && initrds.length === entry.initrds.length ? [{ ...entry, kernel, initrds }] : [];
  });
  return { ...menu, entries };
}

const inIso =
  ({ listing }: IsoContents) =>
  (path: string): string | undefined =>
    listing.find(path)?.path;

function loaderFiles(iso: IsoContents): LoaderFiles {
  const { listing } = iso;
  return {
    text: (path) => {
      const file = listing.find(path);
      return file && textOf(iso, file);
    },
    hasFile: (path) => listing.find(path) !== undefined,
    hasDirectory: (path) => listing.hasDirectory(path),
  };
}

const textOf = (iso: IsoContents, file: IsoFile): string | undefined =>
  file.size <= largest ? readBytes(iso, file, largest).toString() : undefined;

function systemdBootOfIso(iso: IsoContents): Menu {
  const paths = iso.listing.files.filter(({ path }) => /^\/loader\/entries\/[^/]+\.conf$/i.test(path));
  const texts = paths.slice(0, 100).map((file) => [file.path, textOf(iso, file) ?? ''] as const);
  const configuration = iso.listing.find('/loader/loader.conf');
  return systemdBootMenu(new Map(texts), configuration && textOf(iso, configuration));
}

/** What lies in the EFI boot image alone; a kernel that is in the ISO too is taken from there. */
async function systemdBootOfEfi(scope: Scope, iso: IsoContents): Promise<Menu> {
  const found = await efiFiles(scope, iso, ['/loader/loader.conf', '/loader/entries/']);
  const texts = new Map<string, string>();
  for (const path of found.slice(0, 100)) texts.set(path, await readFromEfi(scope, iso, path, largest));
  const configuration = texts.get('/loader/loader.conf');
  texts.delete('/loader/loader.conf');
  const menu = systemdBootMenu(texts, configuration);
  const named = new Set(menu.entries.flatMap(({ kernel, initrds }) => [kernel, ...initrds]));
  const there = new Set(await efiFiles(scope, iso, [...named]));
  const pathOf = (path: string) => inIso(iso)(path) ?? (there.has(path) ? `${efiPrefix}${path}` : undefined);
  return present(menu, pathOf);
}
