import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { runTool } from './run-tool.ts';

export interface LoopDevice {
  /** `/dev/loop0` */
  device: string;
  /** The file behind it, which may be removed by now. */
  file: string;
}

/** The loop devices that have a file. */
export function loopDevices(block = '/sys/block'): LoopDevice[] {
  return readdirSync(block)
    .filter((name) => /^loop\d+$/.test(name))
    .flatMap((name) => {
      const file = backingFile(join(block, name, 'loop/backing_file'));
      return file === undefined ? [] : { device: `/dev/${name}`, file };
    });
}

/** @param path of its `backing_file`, which is there as long as there is a file behind it */
function backingFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
      .replace(/\n$/, '')
      .replace(/ \(deleted\)$/, '');
  } catch (error) {
    if (['ENOENT', 'ENXIO'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}

/** @throws `command-failed`, `tool-missing` */
export async function freeLoop(scope: Scope, { device }: LoopDevice): Promise<void> {
  await runTool(scope, 'losetup', ['--detach', device], { doing: `Freeing ${device}` });
}
