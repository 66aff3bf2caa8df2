import * as z from 'zod/mini';
import type { BuildReport, CartridgeReport, EjectReport } from './cartridge-views.ts';
import { argument, flag, operation } from './operation.ts';
import { path } from './values.ts';

const directory = argument(z.optional(path), 'the project; this directory if not said', 'DIR');

const common = ['cartridge-not-found', 'cartridge-invalid', 'cartridge-busy', 'cartridge-unsafe'] as const;

export const cartridgeOperations = {
  'cartridge.init': operation<CartridgeReport>()(() => ({ directory }), {
    summary: 'Begin a cartridge: write the cartridge.yaml that fits a project',
    errors: ['cartridge-exists', 'file-missing'],
  }),
  'cartridge.build': operation<BuildReport>()(
    () => ({
      directory,
      clean: flag(z.optional(z.boolean()), 'remove what earlier builds left to work on, first'),
      into: flag(z.optional(path), 'only put the files of inject, and env, into this finished ISO', {
        placeholder: 'ISO',
      }),
      output: flag(z.optional(path), 'with --into: write a new ISO, and leave that one alone', {
        placeholder: 'ISO',
        short: 'o',
      }),
    }),
    {
      summary: 'Build the operating system of a project',
      timeout: 43_200_000,
      errors: [
        ...common,
        ...(['cartridge-stuck', 'output-missing', 'command-failed', 'tool-missing', 'file-missing'] as const),
        ...(['subuids-missing', 'space-short', 'disk-full'] as const),
      ],
    },
  ),
  'cartridge.eject': operation<EjectReport>()(
    () => ({
      directory,
      all: flag(z.optional(z.boolean()), 'remove caches, too'),
      dryRun: flag(z.optional(z.boolean()), 'only say what would go'),
    }),
    {
      summary: 'Unmount, free and remove what builds of a project left; the ISO stays',
      timeout: 300_000,
      errors: common,
    },
  ),
};
