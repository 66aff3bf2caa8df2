import { isVivariumError, VivariumError } from '../base/errors.ts';
import { Scope } from '../base/scope.ts';
import { BootWatch } from '../machine/run/boot-report.ts';
import { formatTerminalSize } from '../protocol/terminal-size.ts';
import type { RunView, Terminal } from '../protocol/views.ts';
import type { Command, Invocation } from './command.ts';
import { copy } from './copy-output.ts';
import { endProgress, note } from './output.ts';
import { atTerminal, ownTerminal } from './own-terminal.ts';
import { passOn } from './pass-on.ts';
import { reportText } from './run-report.ts';
import { takeSeat } from './sit.ts';
import { type Changes, watchFiles } from './watch-files.ts';

/** Milliseconds to end a machine and to remove it, whatever became of its run. */
const afterwards = 60_000;

const run: Command = {
  run: async (invocation) => {
    const { values, scope, elsewhere } = invocation;
    if (elsewhere && values.watch) {
      const instead = 'Run it with --watch at the host where the files are.';
      throw new VivariumError('not-remote', { command: 'run --watch', address: elsewhere.url, instead });
    }
    if (!values.watch) return (await runOnce(invocation)).code;
    using changes = watchFiles();
    for (;;) {
      const { code, left } = await runOnce(invocation, changes);
      scope.check();
      if (left) return code;
      if (!changes.signal.aborted) note('vm: it has ended; a change boots it again, Ctrl-C does not.');
      await changes.next(scope.signal);
      scope.check();
      note('vm: changed; booting again');
    }
  },
};

export default run;

interface Ended {
  code: number;
  /** Its user went away from it. */
  left: boolean;
}

/** From nothing to nothing: what is run is gone when this returns or throws, unless it is to be kept. */
async function runOnce(invocation: Invocation, changes?: Changes): Promise<Ended> {
  const { engine, values, scope } = invocation;
  const { watch: _, ...parameters } = values;
  changes?.begin();
  const terminal = parameters.terminal ?? atTerminal();
  const own = ownTerminal();
  const size = own && formatTerminalSize(own);
  const view = await engine.machine.run({ size, ...parameters, terminal }, scope).catch((error) => {
    const lines = isVivariumError(error, 'timeout') ? error.details.lines : [];
    scope.check(() => tooLate('the machine to run', lines));
    throw error;
  });
  endProgress();
  const watch = new BootWatch(performance.now() - view.age);
  changes?.watch(view.sources);
  const signal = changes ? AbortSignal.any([scope.signal, changes.signal]) : scope.signal;
  try {
    if (view.job !== 'streams' && atTerminal()) note(greeting(view));
    const attended = view.job === 'streams' ? followStreams : atConsole;
    return await attended(invocation, view, new Scope({ timeout: scope.left, signal }), watch);
  } catch (error) {
    // Of its own deadline the whole knows more than a part of it.
    scope.check(() => tooLate(`the end of ${view.name}`));
    if (changes?.signal.aborted) return { code: 0, left: false };
    throw isVivariumError(error, 'machine-ended') && !view.kept
      ? new VivariumError('machine-ended', { ...error.details, removed: true })
      : error;
  } finally {
    await end(invocation, view);
    if (parameters.timing) note(reportText(view, watch.report()));
  }
}

/** What it says of its deadline: the machine is gone, so that there is nothing to look at. */
const tooLate = (awaited: string, lines: string[] = []) => ({
  awaited,
  lines,
  hint: 'Allow it more time, or leave --timeout out: then it may run for ever.',
});

function greeting({ how, name, started, kept }: RunView): string {
  const speed = started.accelerator ? ` with ${started.accelerator.name}` : '';
  const then = kept ? `leaves it running: vm console ${name}` : 'ends it';
  return `vm: ${name} is ${how}${speed}. Ctrl-] ${then}`;
}

/** The streams of the only job of the guest are ours. */
async function followStreams(
  { engine, values }: Invocation,
  { name }: RunView,
  scope: Scope,
  watch: BootWatch,
): Promise<Ended> {
  // What is read once is gone for the next boot.
  const input = process.stdin.isTTY || values.watch ? undefined : process.stdin;
  const job = await engine.machine.job({ name, input }, scope);
  const console = values.timing ? await engine.machine.console({ name }, scope) : undefined;
  const seen = console && copy(watched(console, watch), () => false);
  try {
    return { code: await passOn(job, () => watch.ready(performance.now())), left: false };
  } finally {
    console?.close();
    await seen;
    input?.destroy();
  }
}

/** What is typed goes to the guest, as far as there is a terminal; what it says is printed. */
async function atConsole(
  { engine, scope: whole }: Invocation,
  view: RunView,
  scope: Scope,
  watch: BootWatch,
): Promise<Ended> {
  const { name } = view;
  const job = view.job && (await engine.machine.job({ name }, scope));
  const terminal = await engine.machine.console({ name }, scope).catch(async (error) => {
    if (!isVivariumError(error, 'machine-state')) throw error;
    return endedAlready(await engine.machine.logs({ name }));
  });
  try {
    const output = watched(terminal, watch);
    const how = atTerminal()
      ? await takeSeat({ ...terminal, output })
      : await copy(output).then(() => 'ended');
    whole.check();
    if (how === 'left') return { code: 0, left: true };
    scope.check();
    return { code: job ? (await job.end).code : await exitCodeOf(engine, name), left: false };
  } finally {
    terminal.close();
  }
}

/** What a machine has said that was gone before anybody could sit down at it. */
function endedAlready(log: AsyncIterable<string>): Terminal {
  const output = async function* () {
    for await (const text of log) yield Buffer.from(text);
  };
  return {
    scrollback: Buffer.alloc(0),
    output: output(),
    idle: 0,
    canType: false,
    write: async () => {},
    close: () => {},
  };
}

/** All that the console says since its start; the boot is watched by it. */
async function* watched(terminal: Terminal, watch: BootWatch): AsyncGenerator<Uint8Array> {
  const pieces = async function* () {
    yield terminal.scrollback;
    yield* terminal.output;
  };
  for await (const bytes of pieces()) {
    watch.see(bytes, performance.now());
    yield bytes;
  }
}

/** QEMU's own, where it did not end because the guest had powered off: isa-debug-exit makes one, for example. */
async function exitCodeOf(engine: Invocation['engine'], name: string): Promise<number> {
  const { state, reason = '' } = await engine.machine.status({ name });
  if (state !== 'failed') return 0;
  return Number(/exit code (\d+)/.exec(reason)?.[1] ?? 1);
}

async function end({ engine }: Invocation, { name, kept }: RunView): Promise<void> {
  if (!kept) await engine.machine.remove({ name, force: true }, new Scope({ timeout: afterwards }));
}
