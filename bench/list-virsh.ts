import { node, vm } from './bench.ts';
import type { Benchmark } from './benchmark.ts';
import { fleetOf, fleetRunning, fleetSize } from './fleet.ts';
import { openLibvirt } from './libvirt.ts';
import { raiseDomains } from './libvirt-domains.ts';
import { requireLibvirt } from './libvirt-install.ts';
import { paired } from './paired.ts';
import { programTime } from './program-time.ts';

const what = `\`vm list\` of ${fleetSize}, ${fleetRunning} running`;
const over = '`virsh list --all`';
const bar = 0.5;

export const listVirsh: Benchmark = {
  name: 'list-virsh',
  how:
    'As above, against `virsh list --all` (`qemu:///session`) of as many domains, as many of them running the same ' +
    'guest, under a libvirtd and a virtlogd of their own that have been up since before. Both fleets idle meanwhile.',
  measure: async (bench) => {
    const reason = requireLibvirt(bench);
    if (reason) return [{ kind: 'unmeasured', what, over, bar, reason }];
    await fleetOf(bench);
    await using libvirt = await openLibvirt(bench);
    const { running, trouble } = await raiseDomains(bench, libvirt);
    const { env } = bench;
    return [
      await paired(bench, {
        what,
        over: `${over} of ${fleetSize}, ${running} running${trouble ? ` (more do not start: ${trouble})` : ''}`,
        bar,
        pairs: 60,
        ours: () => programTime(node, [vm, 'list'], { env }),
        theirs: () => programTime('virsh', ['list', '--all'], libvirt.as),
      }),
    ];
  },
};
