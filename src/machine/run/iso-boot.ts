import { statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { VivariumError } from '../../base/errors.ts';
import { checkAppend, directAppend } from '../../boot/iso/append.ts';
import { chooseEntry } from '../../boot/iso/choose.ts';
import type { IsoBoot, IsoEntry } from '../../boot/iso/iso.ts';
import { readIso } from '../../boot/iso/read.ts';
import { takeFromIso } from '../../boot/iso/take.ts';
import { modulesOfInitrd } from '../../boot/live/initrd-modules.ts';
import { keptLiveInitrd } from '../../boot/live/kept-initrd.ts';
import { commandLine, toldBy } from './command-line.ts';
import type { Boot, Context } from './context.ts';
import { appendTo, initrdFile, withAdditions, withLiveInitrd } from './initrd.ts';
import { initrdBase, kernelFile } from './kernel-file.ts';
import { checkNothingAdded } from './nothing-added.ts';

/** A CD: its kernel directly, where one is found and nothing else is asked for; else by its own boot loader. */
export async function bootIso(context: Context, file: string): Promise<Boot> {
  const { scope, firmware, parameters } = context;
  const iso = await readIso(scope, file);
  const direct = parameters.direct ?? firmware === undefined;
  const entry = direct ? chooseEntry(iso) : undefined;
  if (entry) return await directly(context, file, iso, entry);
  if (parameters.direct) {
    throw unfit(file, 'none of its boot loaders names a kernel that is known here', 'Leave --direct out.');
  }
  return byLoader(context, file, iso);
}

async function directly(context: Context, file: string, iso: IsoBoot, entry: IsoEntry): Promise<Boot> {
  const { scope, stage, parameters } = context;
  const kernel = {
    key: [...identityOf(file), entry.kernel],
    open: async () => {
      const to = join(stage, 'vmlinuz');
      await takeFromIso(scope, file, { [entry.kernel]: to });
      return to;
    },
  };
  const { initrd, append } = isKnown(iso)
    ? await ownInitrd(context, file, iso, entry)
    : await withAdditions(context, await takeInitrd(context, file, entry), 'elsewhere');
  const line = commandLine(directAppend(entry), toldBy(parameters), append);
  return {
    how: `${basename(file)} (${iso.kind}) directly: ${entry.title}`,
    spec: { cdrom: file, kernel: await kernelFile(context, kernel), initrd, append: checkAppend(line) },
    advice: [],
  };
}

/** The initrds of an entry, one behind the other, as a file of the stage or of the cache; undefined without any. */
async function takeInitrd(context: Context, file: string, entry: IsoEntry): Promise<string | undefined> {
  const { scope, stage } = context;
  if (entry.initrds.length === 0) return undefined;
  const parts = entry.initrds.map((path, index) => ({ path, to: join(stage, `initrd.${index}`) }));
  await takeFromIso(scope, file, Object.fromEntries(parts.map(({ path, to }) => [path, to])));
  const whole = join(stage, 'initrd.iso');
  for (const { to } of parts) {
    await appendTo(whole, to);
    await rm(to);
  }
  const quick = await initrdBase(context, whole);
  if (quick !== whole) await rm(whole);
  return quick;
}

/** What tells an ISO from all others, and from what it was. */
function identityOf(file: string): number[] {
  const { dev, ino, size, mtimeMs, ctimeMs } = statSync(file);
  return [dev, ino, size, mtimeMs, ctimeMs];
}

/** Live systems for which our own initrd does what theirs would do, in a tenth of its time. */
function isKnown(iso: IsoBoot): iso is IsoBoot & Required<Pick<IsoBoot, 'root'>> {
  return iso.kind === 'debian-live' && iso.root !== undefined;
}

async function ownInitrd(
  context: Context,
  file: string,
  iso: IsoBoot & Required<Pick<IsoBoot, 'root'>>,
  entry: IsoEntry,
): Promise<{ initrd: string; append: string[] }> {
  const { scope, home } = context;
  const live = await keptLiveInitrd(scope, home.cache, {
    key: [...identityOf(file), entry.initrds],
    kernel: async () => {
      const theirs = await takeInitrd(context, file, entry);
      return theirs === undefined ? undefined : await modulesOfInitrd(scope, theirs);
    },
    root: { kind: 'medium', ...iso.root },
  });
  return { initrd: initrdFile, append: await withLiveInitrd(context, live) };
}

function byLoader(context: Context, file: string, iso: IsoBoot): Boot {
  const firmware = context.firmware ?? (iso.boots.bios || !iso.boots.uefi ? 'bios' : 'uefi');
  checkNothingAdded(context, file);
  if (!iso.boots[firmware]) {
    const other = firmware === 'bios' ? 'uefi' : 'bios';
    throw unfit(
      file,
      `it has nothing that ${firmware.toUpperCase()} could start`,
      iso.boots[other] ? `Try: vm run ${file} --firmware ${other}` : 'Is it a CD with data alone?',
    );
  }
  const waits = iso.timeout
    ? [`Its boot loader waits ${iso.timeout} s; a direct boot does not (--direct).`]
    : [];
  return {
    how: `${basename(file)} (${iso.kind}) by ${firmware.toUpperCase()}`,
    spec: { cdrom: file, firmware },
    advice: waits,
  };
}

const unfit = (what: string, problem: string, next: string) =>
  new VivariumError('subject-unfit', { what, problem, next });
