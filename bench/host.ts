import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { Scope } from '../src/index.ts';
import { probeAccelerator } from '../src/qemu/accelerator.ts';
import { qemuBinary } from '../src/qemu/binary.ts';
import { type Bench, cache, node } from './bench.ts';

/** The machine that the figures are of, as a sentence each, by what it is about. */
export async function describeHost(bench: Bench): Promise<Record<string, string>> {
  const binary = qemuBinary();
  const said = (program: string) => execFileSync(program, ['--version'], { encoding: 'utf8' }).trim();
  const scope = new Scope({ timeout: 120_000, signal: bench.signal });
  const { accelerator, reason } = await probeAccelerator(scope, { binary, cache: join(cache, 'vivarium') });
  return {
    Date: new Date().toISOString().slice(0, 10),
    Cores: `${availableParallelism()} (${cpus()[0]?.model.trim() ?? 'unknown'})`,
    Memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    System: `Linux ${release()}`,
    QEMU: /version (.+)$/m.exec(said(binary))?.[1] ?? 'unknown',
    Node: said(node),
    Accelerator: `${accelerator}: ${reason}`,
    'Load before the run': (loadavg()[0] ?? 0).toFixed(1),
  };
}
