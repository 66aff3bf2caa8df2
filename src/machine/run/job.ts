import { PassThrough, Readable, Writable } from 'node:stream';
import { errnoOf, VivariumError } from '../../base/errors.ts';
import { printable } from '../../base/printable.ts';
import type { Scope } from '../../base/scope.ts';
import type { Chunk, CommandEnd, Execution } from '../../protocol/views.ts';
import { attendJob } from '../../qemu/job-channel.ts';
import { lastWords } from '../end-watch.ts';
import type { Input } from '../exec-input.ts';
import { fileOf } from '../files.ts';
import { isLiving, readLife } from '../life.ts';
import { checkState } from '../locked.ts';
import { readLogTail } from '../log-file.ts';
import type { Machine } from '../machine.ts';
import { statusOf } from '../status.ts';

/**
 * Follows the command that is the only job of a guest (see guest/live/job). The guest waits for whoever follows it:
 * nothing of what the command writes is lost. One at a time.
 * @throws `machine-state`; `end` throws `console-missing`, and `machine-ended` where the guest ended before its command
 */
export async function followJob(scope: Scope, machine: Machine, input?: Input): Promise<Execution> {
  checkState(machine, 'machine.job', await statusOf(machine));
  const output = new PassThrough({ objectMode: true, highWaterMark: 16 });
  const left = new AbortController();
  output.on('close', () => left.abort()); // who leaves early has no use for what is still running
  const end = attend(scope, machine, { input, left: left.signal }, output);
  end.then(
    () => output.end(),
    (error) => output.destroy(error),
  );
  output.on('error', () => {}); // whoever reads it is told, and so is whoever waits for the end
  return { output, end };
}

async function attend(
  scope: Scope,
  machine: Machine,
  { input, left }: { input: Input | undefined; left: AbortSignal },
  output: PassThrough,
): Promise<CommandEnd> {
  const sockets = {
    in: fileOf(machine, 'jobIn'),
    out: fileOf(machine, 'jobOut'),
    err: fileOf(machine, 'jobErr'),
    status: fileOf(machine, 'jobStatus'),
  };
  const given = Readable.from(typeof input === 'string' ? Buffer.from(input) : (input ?? []));
  given.on('error', () => {}); // the command reads what had come until then
  const streams = {
    input: given,
    output: marked('stdout', output),
    error: marked('stderr', output),
    signal: AbortSignal.any([scope.signal, left]),
  };
  const check = () =>
    scope.check(() => ({
      awaited: `the job of ${machine.name} to end`,
      lines: lastWords(machine),
      hint: 'Allow it more time: --timeout 1h',
    }));
  const code = await attendJob(sockets, streams).catch((error) => {
    check();
    if (!['ENOENT', 'ECONNREFUSED'].includes(errnoOf(error) ?? '')) throw error;
    throw new VivariumError('console-missing', { name: machine.name, what: 'job' }, { cause: error });
  });
  check();
  if (left.aborted) throw new VivariumError('interrupted', {});
  if (code === undefined) {
    const panic = /Kernel panic - not syncing: ([^\r\n]*)/.exec(
      readLogTail(machine, 65_536).bytes.toString(),
    );
    const how = panic ? `its kernel panicked (${printable(panic[1] ?? '')})` : 'it was gone';
    const reason = `${how} before its command had ended`;
    throw new VivariumError('machine-ended', { name: machine.name, reason, lines: lastWords(machine) });
  }
  await gone(scope, machine);
  return { code };
}

/** A stream whose bytes go to `to` as chunks that say which they are. */
function marked(stream: Chunk['stream'], to: PassThrough): Writable {
  return new Writable({
    write: (bytes: Buffer, _, done) => {
      if (to.write({ stream, bytes })) done();
      else to.once('drain', () => done());
    },
  });
}

/** The guest writes its disks and switches itself off. */
async function gone(scope: Scope, machine: Machine): Promise<void> {
  const down = () => (isLiving(machine, readLife(machine)) ? undefined : true);
  await scope.until(down, () => ({ awaited: `${machine.name} to switch itself off`, lines: [], hint: '' }), {
    every: 4,
  });
}
