import type { MachineView } from '../engine.ts';
import { percent, size } from '../figures.ts';
import { Mark } from '../frame/mark.tsx';
import { Menu } from '../frame/menu.tsx';
import { route, writeRoute } from '../frame/route.ts';
import { deedsOf, isFirst } from '../machine/deeds.ts';
import { Ports } from '../machine/ports.tsx';
import { usage } from '../state/samples.ts';
import { cpuShare } from '../state/usage.ts';
import { isLost } from '../state/world.ts';
import { Line } from './line.tsx';
import { Picture } from './picture.tsx';
import { Uptime } from './uptime.tsx';

/** One machine of the list: as a line of a table where there is room, else in two short lines. */
export function Row({ machine }: { machine: MachineView }) {
  const samples = usage(machine.name).value;
  const runs = machine.pid !== undefined;
  const measured = runs && !isLost.value;
  const last = measured ? samples.at(-1) : undefined;
  const share = cpuShare(last, machine.cpus);
  const at = route.value;
  const here = at.place === 'machine' && at.name === machine.name;
  const deeds = deedsOf(machine);
  const first = deeds.find((deed) => isFirst(deed, machine));
  return (
    <li class={here ? 'machine here' : 'machine'}>
      <Picture machine={machine} />
      <a
        class="name mono"
        href={writeRoute({
          place: 'machine',
          name: machine.name,
          tab: at.place === 'machine' ? at.tab : 'console',
        })}
        aria-current={here ? 'page' : undefined}
      >
        {machine.name}
      </a>
      <span class="state">
        <Mark state={machine.state} /> <Uptime machine={machine} />
      </span>
      {machine.reason && (
        <span class="why" title={machine.reason}>
          {machine.reason}
        </span>
      )}
      <span class="cpu">
        {measured && (
          <>
            <Line values={samples.map((sample) => cpuShare(sample, machine.cpus) ?? 0)} />
            <span class="mono figure" title="CPU">
              <span class="unseen">CPU </span>
              {share === undefined ? '–' : percent(share)}
            </span>
          </>
        )}
      </span>
      <span class="memory mono figure">{size(machine.memory)}</span>
      <span class="taken mono figure">
        {measured && (
          <>
            <span class="unseen">takes </span>
            {last ? size(last.memory) : '–'}
          </>
        )}
      </span>
      <span class="ports">
        <Ports forwards={machine.forwards} />
      </span>
      <span class="does">
        {first && (
          <button
            type="button"
            disabled={isLost.value}
            onClick={() => first.act(machine)}
            aria-label={`${first.label} ${machine.name}`}
          >
            {first.label}
          </button>
        )}
        <Menu
          label={`What can be done with ${machine.name}`}
          disabled={isLost.value}
          items={deeds
            .filter((deed) => deed !== first)
            .map((deed) => ({
              label: deed.label,
              act: () => deed.act(machine),
              ...(deed.danger && { danger: true }),
            }))}
        />
      </span>
    </li>
  );
}
