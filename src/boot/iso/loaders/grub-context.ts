import { dirname } from 'node:path/posix';
import type { GrubCommand } from './grub-script.ts';
import type { LoaderFiles } from './menu.ts';

export interface GrubHost {
  /** The volume's name, which `probe --label` tells. */
  label: string;
  /** The firmware that GRUB is thought to run on: configurations ask for it. */
  platform: 'efi' | 'pc';
}

/** What one run of a configuration shares. */
export interface GrubRun {
  files: LoaderFiles;
  host: GrubHost;
  /** Counts work that is done. @throws Endless when it is more than any menu takes */
  spend(amount: number): void;
}

/** Its work is never done. */
export class Endless extends Error {}

/** What a configuration may cost: each character read and each command so much. */
const mostWork = 8_000_000;
export const workOfCommand = 64;

export function grubRun(files: LoaderFiles, host: GrubHost): GrubRun {
  let work = 0;
  const spend = (amount: number): void => {
    work += amount;
    if (work > mostWork) throw new Endless();
  };
  return { files, host, spend };
}

/** One line of a menu before anybody has chosen it. */
export interface GrubItem {
  title: string;
  id: string;
  body: GrubCommand[];
}

/** What the commands of one menu, or of one entry, have come to. */
export interface GrubContext {
  variables: Map<string, string>;
  functions: Map<string, GrubCommand[]>;
  items: GrubItem[];
  /** Files, functions and menus that this is inside of. */
  depth: number;
  linux?: { kernel: string; append: string };
  initrds: string[];
}

/** Of the configuration at `path`, before its first command. */
export const firstContext = (path: string, host: GrubHost): GrubContext => ({
  variables: new Map(Object.entries(environment(path, host))),
  functions: new Map(),
  items: [],
  initrds: [],
  depth: 0,
});

/** Of an entry that is chosen from a menu. */
export const chosenContext = ({ variables, functions, depth }: GrubContext, title: string): GrubContext => ({
  variables: new Map(variables).set('chosen', title),
  functions: new Map(functions),
  items: [],
  initrds: [],
  depth,
});

const environment = (path: string, { platform }: GrubHost): Record<string, string> => ({
  root: 'cd0',
  prefix: `(cd0)${dirname(path)}`,
  config_directory: `(cd0)${dirname(path)}`,
  config_file: `(cd0)${path}`,
  grub_platform: platform,
  grub_cpu: platform === 'efi' ? 'x86_64' : 'i386',
  feature_default_font_path: 'y',
  feature_all_video_module: 'y',
  feature_menuentry_id: 'y',
  feature_menuentry_options: 'y',
  feature_timeout_style: 'y',
  menuentry_id_option: '--id',
});
