import { parseSize } from '../base/sizes.ts';
import type { Forward } from '../protocol/forward.ts';
import { parseForward } from '../protocol/forward.ts';
import type { MachineSpec } from '../protocol/machine-spec.ts';
import { composeCommand } from './command.ts';
import type { TemplateArguments } from './templates.ts';

/** What `list` tells of a machine's make. Bytes of memory. */
export interface Summary {
  cpus: number;
  memory: number;
  forwards: Forward[];
  /** What it was forked from: `web`, or `web@s1`. */
  from?: string;
}

/** Read off QEMU's arguments, so that a template counts as much as a key of machine.yaml. Pure. */
export function summaryOf(
  name: string,
  spec: MachineSpec | undefined,
  templates: TemplateArguments[],
): Summary {
  const parts = composeCommand({
    name,
    spec,
    templates,
    accelerator: 'tcg',
    kernel: undefined,
    uefi: undefined,
    seeded: false,
  });
  const argv = parts.flatMap(({ args }) => args);
  return { cpus: cpusOf(argv), memory: memoryOf(argv), forwards: forwardsOf(argv) };
}

/**
 * The memory that arguments of QEMU give. `-m 1024M`, `-m size=1G,…`; a bare number is MiB, and without `-m` it is
 * 128 MiB.
 */
export function memoryOf(argv: string[]): number {
  const fields = (lastValue(argv, '-m') ?? '128M').split(',');
  const named = fields.find((field) => field.startsWith('size='))?.slice('size='.length);
  const size = named ?? fields[0] ?? '';
  return parseSize(/^[\d.]+$/.test(size) ? `${size}M` : size) ?? 0;
}

/** The CPUs that arguments of QEMU ask for. `-smp 4`, `-smp cores=2,threads=2`: counted, or the product of the topology. */
export function cpusOf(argv: string[]): number {
  const fields = (lastValue(argv, '-smp') ?? '1').split(',');
  const numbers = Object.fromEntries(
    fields.map((field) => (field.includes('=') ? field.split('=', 2) : ['cpus', field])),
  ) as Record<string, string>;
  if (numbers.cpus !== undefined) return Number(numbers.cpus) || 1;
  const levels = ['sockets', 'dies', 'clusters', 'cores', 'threads'];
  return levels.reduce((product, level) => product * (Number(numbers[level]) || 1), 1);
}

/** Every `hostfwd=tcp:ADDRESS:PORT-ADDRESS:PORT`. */
function forwardsOf(argv: string[]): Forward[] {
  const rules = argv.flatMap((arg) => [...arg.matchAll(/hostfwd=(tcp|udp)?:([^:,]*):(\d+)-[^:,]*:(\d+)/g)]);
  return rules.flatMap(([, protocol = 'tcp', address, host, guest]) => {
    const from = Number(host) === 0 ? 'auto' : host;
    return parseForward(`${protocol}:${address || '0.0.0.0'}:${from}:${guest}`) ?? [];
  });
}

function lastValue(argv: string[], option: string): string | undefined {
  return argv.findLast((_, index) => argv[index - 1]?.replace(/^--/, '-') === option);
}
