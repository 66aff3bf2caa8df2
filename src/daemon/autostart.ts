import { isVivariumError } from '../base/errors.ts';
import { Scope } from '../base/scope.ts';
import type { Engine } from '../protocol/engine.ts';

/** Milliseconds that a machine may take until its QEMU answers, while others start as well. */
const patience = 120_000;

/** Starts the machines that are to start by themselves and do not run, one after the other. @param say one line */
export async function autostart(engine: Engine, say: (line: string) => void): Promise<void> {
  const machines = await engine.machine.list({});
  for (const { name, autostart, state } of machines) {
    if (!autostart || !['stopped', 'suspended', 'failed'].includes(state)) continue;
    try {
      const { pid } = await engine.machine.start({ name }, new Scope({ timeout: patience }));
      say(`${name} runs (pid ${pid})`);
    } catch (error) {
      say(isVivariumError(error) ? `${error.message} ${error.hint}` : `${name}: ${String(error)}`);
    }
  }
}

/** Powers off all machines that run, each by its ladder, side by side. */
export async function stopAll(engine: Engine, say: (line: string) => void): Promise<void> {
  const running = await engine.machine.list({ running: true });
  await Promise.all(
    running.map(async ({ name }) => {
      try {
        await engine.machine.stop({ name });
        say(`${name} has stopped`);
      } catch (error) {
        say(isVivariumError(error) ? `${error.message} ${error.hint}` : `${name}: ${String(error)}`);
      }
    }),
  );
}
