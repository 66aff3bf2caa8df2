import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VivariumError } from '../../../base/errors.ts';
import type { Scope } from '../../../base/scope.ts';
import { type IsoContents, openContents } from '../contents.ts';
import { bootsBy } from '../el-torito.ts';
import { copyOut } from '../take.ts';
import { dateOf } from '../volume.ts';
import { drive, xorriso } from '../xorriso.ts';
import type { Draft } from './draft.ts';

/** What is to be in an ISO, at an absolute path there. */
export type IsoChange =
  /** A file of the host. */
  | { kind: 'file'; path: string; from: string | Buffer; mode: number }
  | { kind: 'directory'; path: string; mode: number }
  | { kind: 'symlink'; path: string; target: string };

/**
 * Writes an ISO anew with changes in it; it boots as it did before, by BIOS and by UEFI.
 * @param efi what takes the place of its EFI boot image, where that changes
 * @returns the file that was written, in the draft
 * @throws `disk-full`, `command-failed`, `iso-unfit` where its boot loaders would be lost
 */
export async function rewriteIso(
  scope: Scope,
  iso: IsoContents,
  changes: readonly IsoChange[],
  draft: Draft,
  efi?: string,
): Promise<string> {
  const to = join(draft.directory, 'iso');
  const boots = await bootArguments(scope, iso, draft, efi);
  const orders = join(draft.directory, 'orders');
  await writeFile(
    orders,
    [...changes, ...boots.changes]
      .flatMap((it) => ordersOf(it, iso))
      .map(line)
      .join(''),
  );
  const args = [
    ...['-backslash_codes', 'in_double_quotes', '-indev', drive(iso.file), '-outdev', drive(to)],
    ...boots.args,
    // Boot loaders and live systems look for the medium by the time when it was made.
    ...['-volume_date', 'uuid', dateOf(iso.bytes)],
    ...['-options_from_file', orders, '-commit', '-end'],
  ];
  await xorriso(scope, args, { doing: `Writing ${draft.iso}`, writes: draft.iso });
  await checkWritten(scope, iso, changes, to);
  return to;
}

/** That xorriso has done all of it, not only what is important in its eyes. */
async function checkWritten(
  scope: Scope,
  iso: IsoContents,
  changes: readonly IsoChange[],
  to: string,
): Promise<void> {
  using written = await openContents(scope, to);
  const problem = (text: string) =>
    new VivariumError('iso-unfit', {
      file: iso.file,
      problem: `cannot be written anew: ${text}`,
      hint: 'Put what is needed into it where it is built, or boot it directly: vm run ISO --inject SRC:DST',
    });
  const [before, after] = [bootsBy(iso.images), bootsBy(written.images)];
  if (before.bios !== after.bios || before.uefi !== after.uefi)
    throw problem('it would lose its boot loader');
  const missing = changes.find(({ kind, path }) => kind !== 'directory' && !written.listing.hasName(path));
  if (missing) throw problem(`xorriso leaves ${missing.path} out`);
}

/** What tells xorriso to keep the boot loaders. */
async function bootArguments(
  scope: Scope,
  iso: IsoContents,
  draft: Draft,
  efi: string | undefined,
): Promise<{ args: string[]; changes: IsoChange[] }> {
  if (iso.images.length === 0) return { args: [], changes: [] };
  // An ISO of grub-mkrescue has an HFS+ inside, whose partitions would overlap others of the new one.
  const args = ['-boot_image', 'any', 'replay', '-hfsplus', 'off'];
  const uefi = iso.images.find(({ platform }) => platform === 'UEFI');
  if (!uefi) return { args, changes: [] };
  if (uefi.path !== undefined) {
    const change: IsoChange[] = efi ? [{ kind: 'file', path: uefi.path, from: efi, mode: 0o444 }] : [];
    return { args, changes: change };
  }
  const { number, gpt } = uefi.partition ?? { number: 2, gpt: false };
  const partition = (image: string) => ['-append_partition', String(number), '0xef', image];
  // A partition behind the file system: `replay` knows it on some media, and loses it on those of isolinux.
  if (await isReplayed(scope, iso)) return { args: [...args, ...(efi ? partition(efi) : [])], changes: [] };
  const image = efi ?? join(draft.directory, 'efi');
  if (!efi) {
    const { offset, length } = uefi;
    const whole = { path: 'its EFI boot image', size: length, extents: [{ offset, length }] };
    await copyOut(scope, iso, whole, image);
  }
  const settings = [
    'part_like_isohybrid=off',
    ...(gpt ? ['appended_part_as=gpt'] : []),
    ...['next', `efi_path=--interval:appended_partition_${number}:all::`],
  ];
  args.push(...partition(image), ...settings.flatMap((setting) => ['-boot_image', 'any', setting]));
  return { args, changes: [] };
}

/** Whether `replay` gives the new ISO the EFI boot image of this one. */
async function isReplayed(scope: Scope, iso: IsoContents): Promise<boolean> {
  const args = ['-indev', drive(iso.file), '-report_el_torito', 'cmd'];
  const { stdout } = await xorriso(scope, args, { doing: `Reading ${iso.file}` });
  return /^-boot_image any efi_path=/m.test(stdout.toString());
}

function ordersOf(change: IsoChange, { listing }: IsoContents): (string | Buffer)[][] {
  const { kind, path } = change;
  if (kind === 'symlink') {
    return [...(listing.hasName(path) ? [['-rm', path, '--']] : []), ['-lns', change.target, path]];
  }
  if (kind === 'directory' && listing.hasDirectory(path)) return [];
  const put = kind === 'file' ? ['-map', change.from, path] : ['-mkdir', path, '--'];
  const mode = ['-chmod', `0${change.mode.toString(8)}`, path, '--'];
  return [put, mode, ['-chown', '0', path, '--'], ['-chgrp', '0', path, '--']];
}

/** A line of orders: each word in quotes, with what would end it or the line written as a code. */
const line = (words: (string | Buffer)[]): string => `${words.map(quoted).join(' ')}\n`;

const quoted = (word: string | Buffer): string => {
  const text = Buffer.isBuffer(word) ? word.toString('latin1') : Buffer.from(word).toString('latin1');
  const codes = text.replace(
    /[^ !#-[\]-~]/g,
    (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
  return `"${codes}"`;
};
