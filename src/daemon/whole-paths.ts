import { isAbsolute } from 'node:path';
import type * as z from 'zod/mini';
import { VivariumError } from '../base/errors.ts';
import { parseSize } from '../base/sizes.ts';
import { parseCopyPlace } from '../machine/copy-place.ts';
import { callOf, type Engine, engineOf } from '../protocol/engine.ts';
import type { Operation } from '../protocol/operation.ts';
import { type OperationName, operations } from '../protocol/operations.ts';
import { path } from '../protocol/values.ts';

/** The part of a value that is a path of the host, if there is one. */
type PathIn = (value: string) => string | undefined;

const shared: PathIn = (value) => value.split(':')[0];
const noSize: PathIn = (value) => (parseSize(value) === undefined ? value : undefined);
/** What else can stand there is a name, and has neither a slash nor such an ending. */
const looksLikeFile: PathIn = (value) =>
  /\/|\.(?:iso|img|raw|qcow2|vmdk|vdi|vhdx?|vpc|ya?ml|[gx]z|zst)$/i.test(value) ? value : undefined;
const ofHost: PathIn = (value) => {
  const { machine, path: it } = parseCopyPlace(value);
  return machine === undefined ? it : undefined;
};

/** Parameters that hold a path and are no plain one. */
const mixed: Record<string, Record<string, PathIn>> = {
  'machine.make': { share: shared },
  'machine.run': {
    what: looksLikeFile,
    share: shared,
    inject: (value) => /^(.+?):\//.exec(value)?.[1],
    disk: (value) => (value === 'installed' ? undefined : noSize(value)),
  },
  'machine.copy': { from: ofHost, to: ofHost },
  'disk.add': { what: noSize },
  'image.build': { recipe: looksLikeFile },
  'device.show': { device: looksLikeFile },
  'device.write': { device: looksLikeFile },
  'initramfs.pack': { output: (value) => value },
};

/** What stands for the working directory where it is left out. */
const needed: Record<string, string> = {
  'cartridge.init': 'directory',
  'cartridge.build': 'directory',
  'cartridge.eject': 'directory',
  'device.show': 'image',
  'device.write': 'image',
  'initramfs.pack': 'output',
};

/**
 * The same engine for callers who are elsewhere: vmd's working directory is none of theirs, so that a relative path
 * would be some other file than the one that is meant.
 * @throws `path-relative`
 */
export function wholePaths(engine: Engine): Engine {
  const call = callOf(engine);
  return engineOf(async (name, parameters, scope) => {
    checkPaths(name, (parameters ?? {}) as Record<string, unknown>);
    return await call(name, parameters, scope);
  });
}

function checkPaths(name: OperationName, given: Record<string, unknown>): void {
  const refuse = (parameter: string, it: string) => {
    const [, operation = name] = name.split('.');
    return new VivariumError('path-relative', { operation, parameter, path: it });
  };
  const table = (operations[name] as Operation).parameters;
  for (const [parameter, value] of Object.entries(given)) {
    const own = mixed[name]?.[parameter];
    const schema = table[parameter]?.schema;
    if (!own && !(schema && isPath(schema))) continue;
    for (const text of [value].flat()) {
      const it = typeof text === 'string' ? (own ? own(text) : text) : undefined;
      if (it !== undefined && !isAbsolute(it)) throw refuse(parameter, it);
    }
  }
  const parameter = needed[name];
  if (parameter !== undefined && given[parameter] === undefined) throw refuse(parameter, '');
  const subjects = ['what', 'kernel', 'root', 'initramfs'];
  if (name === 'machine.run' && subjects.every((it) => given[it] === undefined)) throw refuse('what', '');
}

/** `path`, an optional one, or a list of them. */
function isPath(schema: z.ZodMiniType): boolean {
  if (schema === path) return true;
  const { innerType, element } = schema._zod.def as { innerType?: z.ZodMiniType; element?: z.ZodMiniType };
  const inner = innerType ?? element;
  return inner !== undefined && isPath(inner);
}
