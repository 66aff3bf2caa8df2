import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { VivariumError } from '../base/errors.ts';

/** The path of a program, as a shell would find it: a name is looked up in PATH, a path is taken as it is. */
export function findTool(name: string, path = process.env.PATH ?? ''): string | undefined {
  if (name.includes('/')) return isProgram(name) ? name : undefined;
  return path
    .split(delimiter)
    .concat('/usr/sbin', '/sbin')
    .map((directory) => join(directory || '.', name))
    .find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** @throws `tool-missing`; `purpose` completes "it is needed …" */
export function requireTool(name: string, purpose: string): string {
  const found = findTool(name);
  if (!found) throw new VivariumError('tool-missing', { tool: name, purpose });
  return found;
}
