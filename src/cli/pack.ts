import { roundDuration } from '../base/durations.ts';
import { VivariumError } from '../base/errors.ts';
import { allPrintable } from '../base/printable.ts';
import { roundSize } from '../base/sizes.ts';
import type { ByteOutput } from '../protocol/initramfs-operations.ts';
import type { PackReport } from '../protocol/views.ts';
import type { Command } from './command.ts';
import { note, print } from './output.ts';

const pack: Command = {
  run: async ({ engine, values, scope, json, printJson }) => {
    const { output } = values;
    if (output === '-' && process.stdout.isTTY) {
      const problem = 'would write to the terminal: lead standard output elsewhere';
      throw new VivariumError('parameter-invalid', { operation: 'pack', parameter: '--output', problem });
    }
    const to = output === '-' ? toStandardOutput : output;
    const given = values as Parameters<typeof engine.initramfs.pack>[0];
    const report = await engine.initramfs.pack({ ...given, ...(to !== undefined && { output: to }) }, scope);
    if (output === '-') note(reportLine(report));
    else if (json) printJson(report);
    else print(reportLine(allPrintable(report)));
    return undefined;
  },
};

export default pack;

const toStandardOutput: ByteOutput = (bytes) =>
  new Promise((resolve, reject) =>
    process.stdout.write(bytes, (error) => (error ? reject(error) : resolve())),
  );

function reportLine({ file, entries, packed, bytes, reason, compression, took }: PackReport): string {
  const what =
    packed === entries ? `${entries} entries` : `${packed} of ${entries} entries were packed again`;
  const all = reason === undefined ? '' : ` (all of them: ${reason})`;
  const size = `${roundSize(bytes)}${compression === 'none' ? '' : ` by ${compression}`}`;
  return `${file === undefined ? '' : `${file}: `}${what}${all}, ${size} in ${roundDuration(took)}`;
}
