import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { timeToAnswer, timeToForkAnswer } from './answer-time.ts';
import { type Bench, node, vm } from './bench.ts';
import type { Benchmark, Finding } from './benchmark.ts';
import { openLibvirt } from './libvirt.ts';
import { requireLibvirt } from './libvirt-install.ts';
import { savedDomain } from './libvirt-saved.ts';
import { paired } from './paired.ts';
import { programTime } from './program-time.ts';
import { savevmGuest } from './savevm.ts';
import { idleMachine } from './tiny-machine.ts';

const pairs = 15;

export const peers: Benchmark = {
  name: 'peers',
  how:
    'Saving a tiny guest of 256 MB and having it go on, until it has answered a sum at its console: with our commands; ' +
    'with `virsh save` and `virsh restore` of a domain that is as near to it as libvirt has it; and with QEMU’s own ' +
    '`savevm` to a qcow2 and a second QEMU with `-loadvm`, told by QMP with no program between.',
  measure: async (bench) => {
    await using _source = await idleMachine(bench, 'source');
    await using _suspended = await idleMachine(bench, 'suspended');
    return [...(await overSavevm(bench)), ...(await overVirsh(bench))];
  },
};

async function overSavevm(bench: Bench): Promise<Finding[]> {
  await using guest = await savevmGuest(bench, 'suspended');
  const over = '`savevm` and `-loadvm`';
  return await both(bench, over, guest.saveAndRestore);
}

async function overVirsh(bench: Bench): Promise<Finding[]> {
  const over = '`virsh save` and `restore`';
  const reason = requireLibvirt(bench);
  if (reason) {
    const missed = (what: string) => ({ kind: 'unmeasured', what, over, bar: 1, reason }) as const;
    return [missed(suspending), missed(forking)];
  }
  await using libvirt = await openLibvirt(bench);
  const guest = await savedDomain(bench, libvirt);
  return await both(bench, over, guest.saveAndRestore);
}

const suspending = '`vm suspend` and `vm start`, to an answer';
const forking = '`vm fork`, to an answer';

async function both(bench: Bench, over: string, theirs: () => Promise<number>): Promise<Finding[]> {
  const compare = (what: string, ours: () => Promise<number>) =>
    paired(bench, { what, over, bar: 1, pairs, ours, theirs });
  return [
    await compare(suspending, () => suspendAndStart(bench)),
    await compare(forking, () => timeToForkAnswer(bench, 'source')),
  ];
}

async function suspendAndStart(bench: Bench): Promise<number> {
  const saved = programTime(node, [vm, 'suspend', 'suspended'], { env: bench.env });
  const ready = () => stateUsed(bench, 'suspended');
  return saved + (await timeToAnswer(bench, ['start', 'suspended'], 'suspended', ready));
}

/** What is typed before the guest's own serial port is back would be lost. */
async function stateUsed(bench: Bench, name: string): Promise<void> {
  while (existsSync(join(bench.vmdir, name, 'suspended'))) {
    bench.signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
