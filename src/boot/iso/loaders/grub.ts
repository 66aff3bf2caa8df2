import {
  chosenContext,
  Endless,
  firstContext,
  type GrubContext,
  type GrubHost,
  type GrubRun,
  grubRun,
  workOfCommand,
} from './grub-context.ts';
import { runGrub } from './grub-run.ts';
import { parseGrubScript } from './grub-script.ts';
import { deepest, type LoaderFiles, type Menu, type MenuEntry, mostEntries } from './menu.ts';

/**
 * The menu that GRUB shows for the configuration at `path`: the script is run as far as variables, conditions,
 * functions, includes and submenus go, and then each entry of it. Of commands that look at a machine, such as
 * `search` and `loadfont`, it is taken that they succeed.
 */
export function grubMenu(files: LoaderFiles, path: string, host: GrubHost): Menu {
  const run = grubRun(files, host);
  const top = firstContext(path, host);
  const entries: MenuEntry[] = [];
  try {
    runGrub(run, parseGrubScript(files.text(path) ?? ''), top);
    if (top.linux) entries.push({ title: '', ...top.linux, initrds: top.initrds, default: true });
    choose(run, top, top.variables.get('default') ?? '', entries);
  } catch (error) {
    if (!(error instanceof Endless)) throw error; // what was found before the end of patience is the menu
  }
  const timeout = Number(top.variables.get('timeout') || Number.NaN);
  return { entries, timeout: timeout >= 0 ? timeout : undefined };
}

/**
 * Runs the entries of a menu as if each were chosen, and those of menus that they open.
 * @param preferred what the menu's default is called; undefined where no entry of it can be the default
 */
function choose(run: GrubRun, menu: GrubContext, preferred: string | undefined, entries: MenuEntry[]): void {
  const [first = '', ...rest] = preferred?.split('>') ?? [];
  const named = menu.items.findIndex(({ title, id }, index) => [title, id, String(index)].includes(first));
  for (const [index, { title, body }] of menu.items.entries()) {
    run.spend(workOfCommand + menu.variables.size);
    const context = chosenContext(menu, title);
    runGrub(run, body, context);
    const isDefault = preferred !== undefined && index === Math.max(0, named);
    const { linux, initrds } = context;
    if (linux && entries.length < mostEntries) {
      entries.push({ title, ...linux, initrds, default: isDefault });
    }
    if (context.items.length > 0 && ++context.depth <= deepest) {
      const below = rest.length > 0 ? rest.join('>') : (context.variables.get('default') ?? '');
      choose(run, context, isDefault ? below : undefined, entries);
    }
  }
}
