import { existsSync, lstatSync, mkdirSync, readFileSync, utimesSync } from 'node:fs';
import { dirname } from 'node:path';
import { quoteWord } from '../base/quote-word.ts';
import { writeFileAtomic } from '../host/atomic-file.ts';
import { packageFile } from '../host/package-files.ts';
import type { MachineSpec } from '../protocol/machine-spec.ts';
import { fileOf, type MachineFile, machineFiles, remains } from './files.ts';
import type { Machine } from './machine.ts';

/** What `run` has to know. */
export interface Command {
  /** Words before the program: what runs it otherwise than as this user. */
  wrapper: string[];
  binary: string;
  argv: string[];
  /** QEMU is run with templates/once this time: the next start compiles again, without. */
  once: boolean;
}

/** What the other scripts of a machine have to know. */
export interface ServiceSettings {
  restart: 'always' | 'on-crash' | 'never';
  /** Milliseconds for the guest to power off; undefined takes what the file `wait` says. */
  stopWait: number | undefined;
  /** Bytes that the log may take. */
  log: number;
}

/** Seconds that a guest has to power off where neither machine.yaml nor the file `wait` says. */
export const defaultStopWait = 60;

/**
 * The settings that a spec makes; a machine of runit-vm comes back whenever it ends, and keeps its file `wait`.
 */
export function serviceSettings(spec: MachineSpec | undefined): ServiceSettings {
  return { restart: spec?.restart ?? 'always', stopWait: spec?.stopWait, log: spec?.log ?? 16 * 2 ** 20 };
}

/**
 * Makes a machine's directory a whole service, by `finish`, `control/t`, `log/run` and `run`, each written whole or
 * not at all. Without a command, `run` has it compiled when it is first started, by whomever.
 */
export function writeScripts(machine: Machine, settings: ServiceSettings, command?: Command): void {
  install(machine, 'finish', finishScript(machine, settings));
  install(machine, 'controlT', ladderScript(machine, settings));
  install(machine, 'logRun', logScript(machine, settings));
  install(machine, 'run', command ? runScript(machine, command) : firstRunScript(machine));
}

/** Has any supervisor compile the command line anew at the next start: `run` looks older than its sources. */
export function outdateScripts(machine: Machine): void {
  const run = fileOf(machine, 'run');
  if (lstatSync(run, { throwIfNoEntry: false })?.isFile()) utimesSync(run, 0, 0);
}

function firstRunScript(machine: Machine): string {
  return `${head(machine, 'starts QEMU', compiler())}exec 2>&1
"$node" "$vm" compile . || exit 100
exec ./run
`;
}

function runScript(machine: Machine, { wrapper, binary, argv, once }: Command): string {
  const useUp = once
    ? `# templates/once is used up; this script is made old, so that the next start compiles again.\nrm -f ${machineFiles.once}\ntouch -t 197001010000 run\n`
    : '';
  // TERM would be a power cut for the guest: only the ladder (control/t) stops QEMU.
  return `${head(machine, 'starts QEMU', compiler())}${part('alive')}
${part('run')}
${useUp}exec env --block-signal=TERM ${[...wrapper, binary].map(quoteWord).join(' ')}${argvLines(argv)}
`;
}

/** QEMU's arguments for reading: an option and its value a line. */
export function argvLines(argv: readonly string[]): string {
  return argv
    .map((arg, index) =>
      arg.startsWith('-') || index === 0 ? ` \\\n  ${quoteWord(arg)}` : ` ${quoteWord(arg)}`,
    )
    .join('');
}

function finishScript(machine: Machine, { restart }: ServiceSettings): string {
  return (
    head(machine, 'decides what happens when QEMU has ended', {
      ...compiler(),
      restart,
      remains: remains.filter((file) => file !== machineFiles.ladder).join(' '),
    }) + part('finish')
  );
}

function ladderScript(machine: Machine, { stopWait }: ServiceSettings): string {
  const fromFile = `$(cat ${machineFiles.wait} 2>/dev/null)
case $wait in '' | *[!0-9]* | 0?*) wait=${defaultStopWait} ;; esac`;
  const wait = stopWait === undefined ? fromFile : Math.ceil(stopWait / 1000);
  return `${head(machine, 'is the stop ladder', {})}wait=${wait}\n${part('alive')}\n${part('ladder')}`;
}

function logScript(machine: Machine, { log }: ServiceSettings): string {
  return head(machine, 'is its log service', { half: String(Math.ceil(log / 2)) }) + part('log');
}

function head(machine: Machine, does: string, variables: Record<string, string>): string {
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${quoteWord(value)}\n`);
  return `#!/bin/sh
# ${machine.name}: this ${does}. Made by vivarium at every start; edit machine.yaml or templates/ instead.
${assignments.join('')}`;
}

/** The unchanging part of a script. */
function part(name: 'alive' | 'run' | 'finish' | 'ladder' | 'log'): string {
  return readFileSync(packageFile(`share/service/${name}.sh`), 'utf8');
}

/** By what `run` has its command line compiled: the command line's own file, built, or its source. */
function compiler(): Record<string, string> {
  const built = packageFile('dist/vm.js');
  return { node: process.execPath, vm: existsSync(built) ? built : packageFile('src/cli/vm.ts') };
}

/** What is the same already gets a new time alone, by which `run` knows that it is fresh. */
function install(machine: Machine, file: MachineFile, text: string): void {
  const path = fileOf(machine, file);
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there?.isFile() && (there.mode & 0o777) === 0o755 && readFileSync(path, 'utf8') === text) {
    utimesSync(path, new Date(), new Date());
    return;
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileAtomic(path, text, { mode: 0o755, durable: false });
}
