import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { qemuBinary, qemuName } from '../src/qemu/binary.ts';
import { type Bench, node, vm } from './bench.ts';
import type { Benchmark } from './benchmark.ts';
import { repeated } from './repeated.ts';
import { packIso, systemTree } from './system-tree.ts';
import { buildTinyImage } from './tiny-machine.ts';

export const runOverhead: Benchmark = {
  name: 'run-overhead',
  how:
    'From right before `vm run` is spawned until the QEMU that it starts would begin: in QEMU’s place stands a script ' +
    'of a shell that notes the time and ends, and its own few milliseconds count, too.',
  measure: async (bench) => {
    await buildTinyImage(bench);
    const tree = await systemTree(bench);
    const iso = join(bench.directory, 'live.iso');
    packIso(bench, tree, iso);
    const standIn = placeStandIn(bench);
    const until = (what: string, ...args: string[]) =>
      repeated(bench, {
        what: `${what} until QEMU starts`,
        bar: 150,
        rounds: 40,
        once: () => standIn.startedAfter(['run', ...args]),
      });
    return [
      await until('`vm run tiny`', 'tiny'),
      await until('`vm run --root TREE -- true`', '--root', tree.directory, '--', 'true'),
      await until('`vm run` of a live ISO', iso),
    ];
  },
};

/** Puts something before QEMU that notes when it is started and fails then; whoever tries QEMU out gets the true one. */
function placeStandIn(bench: Bench): { startedAfter(args: string[]): Promise<number> } {
  const directory = join(bench.directory, 'bin');
  const note = join(bench.directory, 'started');
  mkdirSync(directory);
  const script = `#!/bin/bash
case " $* " in *' -name '*) ;; *) exec ${qemuBinary()} "$@" ;; esac
echo "$EPOCHREALTIME" >${note}
exit 1
`;
  writeFileSync(join(directory, qemuName), script, { mode: 0o755 });
  const env = { ...bench.env, PATH: `${directory}:${process.env.PATH}` };
  return {
    startedAfter: async (args) => {
      writeFileSync(note, '');
      const began = performance.timeOrigin + performance.now();
      const child = spawn(node, [vm, ...args], { env, stdio: 'ignore' });
      await once(child, 'exit');
      const seconds = Number(readFileSync(note, 'utf8'));
      if (!seconds) throw new Error(`vm ${args.join(' ')} has started no QEMU`);
      return seconds * 1000 - began;
    },
  };
}
