import { basename } from 'node:path';
import { kernelWithModules } from '../../boot/kernel-modules.ts';
import { shellJob } from './additions.ts';
import { commandLine, toldBy } from './command-line.ts';
import type { Boot, Context } from './context.ts';
import { withAdditions } from './initrd.ts';
import { initrdBase, kernelFile } from './kernel-file.ts';
import type { Subject } from './subject.ts';

/** A kernel and its initramfs; without one, busybox is the user space. */
export async function bootKernel(
  context: Context,
  { kernel, initrd }: Extract<Subject, { kind: 'kernel' }>,
): Promise<Boot> {
  const { parameters, additions } = context;
  const bare = initrd === undefined && (parameters.disk ?? []).length === 0;
  const job = additions.job ?? (bare ? shellJob(parameters) : undefined);
  const added = { ...additions, ...(job && { job }) };
  const base = initrd && (await initrdBase(context, initrd));
  const made = await withAdditions(
    { ...context, additions: added },
    base,
    'initramfs',
    kernelWithModules(kernel, []),
  );
  return {
    how: `${basename(kernel)}${initrd === undefined ? '' : ` with ${basename(initrd)}`}`,
    spec: {
      kernel: await kernelFile(context, kernel),
      initrd: made.initrd,
      append: commandLine(toldBy(parameters), made.append),
    },
    job,
    advice: [],
  };
}
