import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { VivariumError } from '../../base/errors.ts';
import { directAppend } from '../../boot/iso/append.ts';
import { chooseEntry } from '../../boot/iso/choose.ts';
import type { IsoBoot, IsoEntry } from '../../boot/iso/iso.ts';
import { readIso } from '../../boot/iso/read.ts';
import { takeFromIso } from '../../boot/iso/take.ts';
import { commandLine, toldBy } from './command-line.ts';
import type { Boot, Context } from './context.ts';
import { checkNothingAdded } from './image-boot.ts';
import { appendTo, withAdditions } from './initrd.ts';
import { quickKernel } from './quick-kernel.ts';

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
  const kernel = join(stage, 'vmlinuz');
  const initrds = entry.initrds.map((path, index) => ({ path, file: join(stage, `initrd.${index}`) }));
  await takeFromIso(scope, file, {
    [entry.kernel]: kernel,
    ...Object.fromEntries(initrds.map(({ path, file }) => [path, file])),
  });
  const base = join(stage, 'initrd.iso');
  for (const { file } of initrds) {
    await appendTo(base, file);
    await rm(file);
  }
  const { initrd, append } = await withAdditions(context, initrds.length > 0 ? base : undefined, 'elsewhere');
  return {
    how: `${basename(file)} (${iso.kind}) directly: ${entry.title}`,
    spec: {
      cdrom: file,
      kernel: await quickKernel(context, kernel),
      initrd,
      append: commandLine(directAppend(entry, iso), toldBy(parameters), append),
    },
    advice: [],
  };
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
