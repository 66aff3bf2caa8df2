import { isAbsolute, resolve } from 'node:path';
import { exactSize } from '../base/sizes.ts';
import { type Forward, formatForward, parseForward } from '../protocol/forward.ts';
import type { CheckedParametersOf } from '../protocol/operation.ts';
import type { Operations } from '../protocol/operations.ts';
import { machineFiles } from './files.ts';
import { specText } from './spec-text.ts';

export type MakeParameters = CheckedParametersOf<Operations['machine.make']>;

/** What was found out for a new machine, beside what was asked for. */
export interface Equipment {
  disk: boolean;
  network: boolean;
  /** The CD of its image, as its directory sees it. */
  cdrom?: string | undefined;
  /** Public keys. */
  keys?: string[];
}

/** The text of a new machine.yaml: what was asked for, and nothing else. Pure. */
export function newSpec(parameters: MakeParameters, has: Equipment): string {
  const { name, image, cpus, memory, firmware, iso, kernel, initrd, append, display, restart, wait, log } =
    parameters;
  return specText(name, {
    image,
    cpus,
    memory: memory && exactSize(memory),
    firmware,
    disks: has.disk ? [{ file: machineFiles.drive }] : undefined,
    cdrom: iso ? absolute(iso) : has.cdrom,
    kernel: kernel && absolute(kernel),
    initrd: initrd && absolute(initrd),
    append,
    networks: has.network ? [network((parameters.forward ?? []).map(shortest))] : undefined,
    display,
    shares: parameters.share?.map(parseShare),
    seed: seedOf(parameters, has.keys ?? []),
    restart,
    stopWait: wait === undefined ? undefined : `${wait / 1000}s`,
    log: log && exactSize(log),
  });
}

/** Undefined where nothing is to be said that the guest would not be told anyway. */
function seedOf(
  { hostname, user, password, package: packages, run, userData }: MakeParameters,
  keys: string[],
) {
  const seed = {
    hostname,
    user,
    password,
    keys: keys.length > 0 ? keys : undefined,
    packages,
    commands: run,
    userData: userData && absolute(userData),
  };
  return Object.values(seed).some((it) => it !== undefined) ? seed : undefined;
}

const shortest = (text: string) => formatForward(parseForward(text) as Forward);

function network(forwards: string[]) {
  return { mode: 'user' as const, ...(forwards.length > 0 && { forwards }) };
}

/** `DIR[:TAG][:ro]`; the tag is the directory's own name where none is given. */
export function parseShare(text: string) {
  const readonly = text.endsWith(':ro');
  const [path = '', ...rest] = text.replace(/:ro$/, '').split(':');
  const given = absolute(path.replace(/(?<=.)\/+$/, ''));
  const usual = given.slice(given.lastIndexOf('/') + 1).replaceAll(/[^A-Za-z0-9._-]/g, '-') || 'root';
  return {
    path: given,
    tag: rest.length > 0 ? rest.join(':') : usual.slice(0, 31),
    ...(readonly && { readonly }),
  };
}

const absolute = (path: string): string => (isAbsolute(path) ? path : resolve(path));
