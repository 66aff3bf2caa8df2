import { errnoOf, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { type Home, openHome } from '../machine/home.ts';
import { checkParameters } from '../protocol/check-parameters.ts';
import { type Engine, engineOf } from '../protocol/engine.ts';

type Implemented = (home: Home, parameters: unknown, scope: Scope) => Promise<unknown>;

/** The implementations by noun, each loaded when it is first needed. */
const nouns: Record<string, () => Promise<unknown>> = {
  machine: async () => (await import('./machine.ts')).machineEngine,
  disk: async () => (await import('./disk.ts')).diskEngine,
  snapshot: async () => (await import('./snapshot.ts')).snapshotEngine,
  image: async () => (await import('./image.ts')).imageEngine,
  cartridge: async () => (await import('./cartridge.ts')).cartridgeEngine,
  device: async () => (await import('./device.ts')).deviceEngine,
  initramfs: async () => (await import('./initramfs.ts')).initramfsEngine,
  token: async () => (await import('./token.ts')).tokenEngine,
  host: async () => (await import('./host.ts')).hostEngine,
};

/**
 * The engine of this host's machines.
 * @param env where VMDIR and the configuration are looked for, and what templates may name; QEMU inherits it
 * @throws `config-invalid`
 */
export function localEngine(env: NodeJS.ProcessEnv = process.env): Engine {
  const home = openHome(env);
  return engineOf(async (name, parameters, scope) => {
    const [noun = ''] = name.split('.');
    const implementations = (await nouns[noun]?.()) as Record<string, Implemented>;
    const implemented = implementations[name] as Implemented;
    const checked = checkParameters(name, parameters);
    try {
      return await implemented(home, checked, scope);
    } catch (error) {
      throw asDiskFull(error, home, name) ?? error;
    }
  });
}

/** A host without space can fail any write; what had been begun has been taken back by then. */
function asDiskFull(error: unknown, home: Home, doing: string): VivariumError | undefined {
  if (errnoOf(error) !== 'ENOSPC' && errnoOf(error) !== 'EDQUOT') return undefined;
  const path = (error as NodeJS.ErrnoException).path ?? home.directory; // a write to what is open names no path
  return new VivariumError('disk-full', { path, doing }, { cause: error });
}
