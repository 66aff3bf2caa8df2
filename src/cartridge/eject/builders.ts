import { errnoOf } from '../../base/errors.ts';
import { awaiting, type Scope } from '../../base/scope.ts';
import { identityOf, isAlive } from '../../host/process-identity.ts';
import type { EjectItem } from '../../protocol/cartridge-views.ts';
import { buildersOf, forgetBuilder } from '../builder-record.ts';
import type { Cartridge } from '../cartridge.ts';

/** Milliseconds that a killed process may take to be gone: what it had been told to write has to be written. */
const patience = 10_000;

/** Kills what is left of a build whose `vm` is gone: it is nobody's. */
export async function endBuilders(
  scope: Scope,
  { directory }: Cartridge,
  dryRun: boolean,
): Promise<EjectItem[]> {
  const items = new Map<number, EjectItem>();
  const killAll = () => {
    const alive = buildersOf(directory).filter((pid) => {
      const identity = identityOf(pid);
      return identity && isAlive(identity) && items.get(pid)?.done !== 'left';
    });
    for (const pid of alive) items.set(pid, dryRun ? item(pid) : kill(pid));
    return dryRun || alive.length === 0 ? true : undefined;
  };
  await scope.until(killAll, awaiting('the processes of an earlier build to end'), { within: patience });
  const all = [...items.values()];
  if (!dryRun && all.every(({ done }) => done === 'ended')) forgetBuilder(directory);
  return all;
}

const item = (pid: number): EjectItem => ({
  ...{ what: 'process', name: String(pid), done: 'ended' },
  reason: 'of a build that died',
});

function kill(pid: number): EjectItem {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (errnoOf(error) === 'EPERM') return { ...item(pid), done: 'left', reason: "it is another user's" };
    if (errnoOf(error) !== 'ESRCH') throw error; // it has just ended by itself
  }
  return item(pid);
}
