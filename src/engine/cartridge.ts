import type { Implementation } from './implementation.ts';

/** Each verb is loaded when it is called. */
export const cartridgeEngine: Implementation<'cartridge'> = {
  'cartridge.init': async (_, { directory = '.' }) =>
    (await import('../cartridge/init.ts')).initCartridge(directory),
  'cartridge.build': async (home, { directory = '.', clean = false, ...into }, scope) => {
    const { build } = await import('../cartridge/build.ts');
    return await build(scope, home, { path: directory, clean, ...into });
  },
  'cartridge.eject': async (home, { directory = '.', all = false, dryRun = false }, scope) => {
    const { eject } = await import('../cartridge/eject/eject.ts');
    return await eject(scope, home, { path: directory, all, dryRun });
  },
};
