import { roundDuration } from '../base/durations.ts';
import { roundSize } from '../base/sizes.ts';
import type { Reached } from '../machine/carrier.ts';
import type { CopyReport } from '../protocol/views.ts';
import { type Invocation, show } from './command.ts';

export default show(
  async ({ engine, elsewhere, values: { from, to, user }, scope }) => {
    const wanted = { from, to, user };
    if (!elsewhere) return await engine.machine.copy(wanted, scope);
    return await copyHere(engine, wanted, scope);
  },
  ({ files, bytes, by, took }) => {
    const rate = roundSize(Math.round(bytes / (took / 1000)));
    return `${files === 1 ? '1 file' : `${files} files`}, ${roundSize(bytes)} in ${roundDuration(took)} (${rate}/s by ${by})`;
  },
);

/** Files that are here, whatever host the guest is on. */
async function copyHere(
  engine: Invocation['engine'],
  wanted: { from: string[]; to?: string; user?: string },
  scope: Invocation['scope'],
): Promise<CopyReport> {
  const [{ copyBy }, { carrierThrough }, { openHome }] = await Promise.all([
    import('../machine/copy.ts'),
    import('../machine/carrier.ts'),
    import('../machine/home.ts'),
  ]);
  return await copyBy(scope, openHome(process.env), wanted, (name, act) => {
    const guest: Reached = {
      name,
      exec: (program) => engine.machine.exec({ name, ...program }, scope),
      spawn: (program) => engine.machine.spawn({ name, ...program }, scope),
    };
    return act(carrierThrough(guest, wanted.user));
  });
}
