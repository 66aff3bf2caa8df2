import { copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Scope } from '../base/scope.ts';
import type { Undo } from '../base/undo.ts';
import { crashPoint } from '../host/crash-point.ts';
import { placeMachine } from '../machine/draft.ts';
import { fileOf, machineFiles } from '../machine/files.ts';
import type { Machine } from '../machine/machine.ts';
import { withOpenPorts } from '../machine/open-ports.ts';
import { remove } from '../machine/remove.ts';
import { savedFiles, writeSaved } from '../machine/saved.ts';
import { forkedText } from '../machine/spec-text.ts';
import { up } from '../machine/start.ts';
import { killLocked } from '../machine/stop.ts';
import { wake } from '../machine/wake.ts';
import type { MachineSpec } from '../protocol/machine-spec.ts';
import type { Fork } from '../protocol/views.ts';
import { layOutBelongings } from './belongings.ts';
import { giveIdentity } from './identity.ts';
import type { Instant } from './instant.ts';
import { snapshotFiles, splitName } from './snapshot.ts';

/** What is the same for all forks of one instant. */
export interface Model extends Instant {
  /** `web`, or `web@s1`. */
  from: string;
  /** A directory with an empty overlay of each disk. */
  overlays: string;
  /** machine.yaml, and what it says. */
  text: string;
  spec: MachineSpec;
}

/** Milliseconds to take back what was begun, however little was left for it. */
const afterwards = 30_000;

/**
 * Makes one fork: it comes together and goes on under a hidden name, and is seen when it runs.
 * @param undo is told how to take it back, once it is there
 * @param gate is waited for before its guest takes its first step
 */
export async function makeFork(
  scope: Scope,
  model: Model,
  machine: Machine,
  {
    ephemeral = false,
    identity = false,
  }: { ephemeral?: boolean | undefined; identity?: boolean | undefined },
  undo: Undo,
  gate: () => Promise<void>,
): Promise<Fork> {
  const began = performance.now();
  const { from, spec, saved } = model;
  const instant = `${from}, as it was at ${saved.made}`;
  const text = forkedText(model.text, splitName(from).machine, machine.name, instant);
  let pid = 0;
  let took = 0;
  const fill = async (draft: Machine) => {
    layOutBelongings(join(model.directory, snapshotFiles.belongings), draft.directory);
    for (const { file } of saved.disks) copyFileSync(join(model.overlays, file), join(draft.directory, file));
    layOutState(draft, model);
    writeFileSync(fileOf(draft, 'forkedFrom'), `${from}\n`);
    if (ephemeral) writeFileSync(fileOf(draft, 'ephemeral'), '');
    crashPoint('fork: drafted');
  };
  const goOn = async (draft: Machine, started: Undo) => {
    started.push(() => killLocked(new Scope({ timeout: afterwards }), draft));
    ({ pid } = await up(scope, draft, 'at once', () => {
      took = performance.now() - began;
      return gate();
    }));
    writeFileSync(fileOf(draft, 'down'), '');
    crashPoint('fork: resumed');
  };
  await placeMachine(scope, machine, { text, autostart: true, fleeting: true }, fill, goOn);
  // Only now is it ours: what was in its place before, or came meanwhile, is somebody else's.
  undo.push(() => remove(new Scope({ timeout: afterwards }), machine, true).catch(() => {}));
  crashPoint('fork: placed');
  // This process stays until the guest has heard the time; who waits for its shares waits for that, too.
  const woken = wake(scope, machine, saved, { hurry: true });
  if (saved.shares) await woken;
  else woken.catch(() => {}); // given up together with the command
  if (identity) await giveIdentity(scope, machine);
  const forwards = spec.networks.flatMap((network) => network.forwards);
  const open = forwards.length === 0 ? [] : await withOpenPorts(machine, forwards);
  return { name: machine.name, pid, forwards: open, took };
}

/** The saved state as the machine's own, of which nothing is copied. */
function layOutState(draft: Machine, { saved, directory, state, memory }: Model): void {
  const suspended = fileOf(draft, 'suspended');
  mkdirSync(suspended, { mode: 0o700 });
  writeSaved(suspended, { ...saved, disks: [] }, { durable: false });
  symlinkSync(state, join(suspended, savedFiles.state));
  symlinkSync(memory, join(suspended, savedFiles.memory));
  const variables = join(directory, machineFiles.uefiVariables);
  if (existsSync(variables)) copyFileSync(variables, fileOf(draft, 'uefiVariables'));
}
