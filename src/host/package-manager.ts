import { readFileSync } from 'node:fs';
import { findTool } from './find-tool.ts';
import { packageFile } from './package-files.ts';

/** The package managers that `share/packages` has a column for, and how each installs. */
const managers: Record<string, string> = {
  'apt-get': 'apt-get install --no-install-recommends',
  pacman: 'pacman -S --needed',
  dnf: 'dnf install',
  apk: 'apk add',
  'xbps-install': 'xbps-install',
};

/** What to type to get something here; undefined where the package manager is one that we do not know. */
export function installCommand(need: string): string | undefined {
  const manager = Object.keys(managers).find((tool) => findTool(tool));
  const wanted = manager && packageOf(need, manager);
  return wanted && `${process.getuid?.() === 0 ? '' : 'sudo '}${managers[manager]} ${wanted}`;
}

/** The name of a need's package, if there is one, from the table that bootstrap reads as well. */
function packageOf(need: string, manager: string): string | undefined {
  const lines = readFileSync(packageFile('share/packages'), 'utf8').split('\n');
  const rows = lines.map((line) => line.replace(/^# need/, 'need').split(/\s+/));
  const column = rows.find(([first]) => first === 'need')?.indexOf(manager) ?? -1;
  const name = rows.find(([first]) => first === need)?.[column];
  return name === '-' ? undefined : name;
}
