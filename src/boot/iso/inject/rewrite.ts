import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VivariumError } from '../../../base/errors.ts';
import type { Scope } from '../../../base/scope.ts';
import { type IsoContents, openContents } from '../contents.ts';
import { bootsBy } from '../el-torito.ts';
import { dateOf } from '../volume.ts';
import { drive, xorriso } from '../xorriso.ts';

/** What is to be in an ISO, at an absolute path there. */
export type IsoChange =
  /** A file of the host. */
  | { kind: 'file'; path: string; from: string | Buffer; mode: number }
  | { kind: 'directory'; path: string; mode: number }
  | { kind: 'symlink'; path: string; target: string };

/**
 * Writes an ISO anew with changes in it; it boots as it did before, by BIOS and by UEFI.
 * @param scratch a directory for what xorriso is to be told
 * @throws `disk-full`, `command-failed`, `iso-unfit` where its boot loaders would be lost
 */
export async function rewriteIso(
  scope: Scope,
  iso: IsoContents,
  changes: readonly IsoChange[],
  { to, scratch }: { to: string; scratch: string },
): Promise<void> {
  const orders = join(scratch, 'orders');
  await writeFile(
    orders,
    changes
      .flatMap((change) => ordersOf(change, iso))
      .map(line)
      .join(''),
  );
  const boots = iso.images.length > 0;
  const args = [
    ...['-backslash_codes', 'in_double_quotes', '-indev', drive(iso.file), '-outdev', drive(to)],
    // An ISO of grub-mkrescue has an HFS+ inside, whose partitions would overlap others of the new one.
    ...(boots ? ['-boot_image', 'any', 'replay', '-hfsplus', 'off'] : []),
    // Boot loaders and live systems look for the medium by the time when it was made.
    ...['-volume_date', 'uuid', dateOf(iso.bytes)],
    ...['-options_from_file', orders, '-commit', '-end'],
  ];
  await xorriso(scope, args, { doing: `Writing ${to}`, writes: to });
  using written = await openContents(scope, to);
  const [before, after] = [bootsBy(iso.images), bootsBy(written.images)];
  if (before.bios !== after.bios || before.uefi !== after.uefi) {
    throw new VivariumError('iso-unfit', {
      file: iso.file,
      problem: 'would lose its boot loader if it were written anew',
      hint: 'Put what is needed into it where it is built, or boot it directly: vm run ISO --inject SRC:DST',
    });
  }
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
