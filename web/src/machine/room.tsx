import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import type { MachineView } from '../engine.ts';
import { count, moment, size } from '../figures.ts';
import { Late } from '../frame/late.tsx';
import { Mark } from '../frame/mark.tsx';
import { Menu } from '../frame/menu.tsx';
import { Others } from '../frame/others.tsx';
import { go, type Tab, tabs, writeRoute } from '../frame/route.ts';
import { Tasks } from '../frame/tasks.tsx';
import { Uptime } from '../machines/uptime.tsx';
import { may, takes } from '../state/access.ts';
import { hearing, isLost, world } from '../state/world.ts';
import { deedsOf, isFirst, isNear } from './deeds.ts';
import { enterSide, mayTakeKeys } from './guest-keys.ts';
import { Ports } from './ports.tsx';

const rooms: Record<Tab, () => Promise<{ default: ComponentType<{ machine: MachineView }> }>> = {
  console: () => import('./console.tsx'),
  screen: () => import('./screen.tsx'),
  snapshots: () => import('./snapshots.tsx'),
  logs: () => import('./logs.tsx'),
  settings: () => import('./settings.tsx'),
};

const words: Record<Tab, string> = {
  console: 'Console',
  screen: 'Screen',
  snapshots: 'Snapshots',
  logs: 'Logs',
  settings: 'Settings',
};

const needs = {
  console: 'machine.console',
  screen: 'machine.screenshot',
  snapshots: 'snapshot.list',
  logs: 'machine.logs',
  settings: 'machine.show',
} as const;

/** One machine: what it is, what can be done with it, and one of its sides. */
export function Room({ name, tab: wanted }: { name: string; tab: Tab }) {
  const open = tabs.filter((side) => may(needs[side]));
  const tab = open.includes(wanted) ? wanted : (open[0] ?? wanted);
  const machine = world.value.machines?.get(name);
  useEffect(() => {
    rooms[tab]().catch(() => {}); // fetched while vmd is asked; where it fails, `Late` says so
  }, [tab]);
  if (!machine) {
    if (world.value.machines === undefined) return null;
    return (
      <div class="empty">
        <p>
          There is no machine <b class="mono">{name}</b>.
        </p>
        <p>
          <a href={writeRoute({ place: 'shelf' })}>All machines</a>
        </p>
      </div>
    );
  }
  return (
    <section class={`room at-${tab}`} aria-label={`Machine ${name}`}>
      <Head machine={machine} />
      <Sides machine={machine} tab={tab} />
      <div class="under-way">
        <Tasks of={(task) => task.subject.split('@')[0] === name} />
        <Others of={(task) => task.subject?.split('@')[0] === name} />
      </div>
      <div class="side" role="tabpanel" id="side" aria-labelledby={`tab-${tab}`}>
        <Late
          load={rooms[tab]}
          props={{ machine }}
          takesKeys={tab === 'console' && takes('machine.console', machine.state) && mayTakeKeys()}
          key={`${tab} ${name}`}
        />
      </div>
    </section>
  );
}

function Head({ machine }: { machine: MachineView }) {
  const deeds = deedsOf(machine);
  const near = deeds.filter((deed) => isNear(deed, machine));
  const far = deeds.filter((deed) => !isNear(deed, machine));
  return (
    <header class="head">
      <a class="back button plain" href={writeRoute({ place: 'shelf' })} aria-label="All machines">
        ←
      </a>
      <h1 class="mono">{machine.name}</h1>
      <p class="facts">
        <span role="status" aria-live="polite">
          <Mark state={machine.state} />
        </span>{' '}
        {hearing.value.state === 'lost' ? (
          <NotHeard since={hearing.value.since} />
        ) : (
          <Uptime machine={machine} />
        )}
        {machine.cpus !== undefined && <span class="fact">{count(machine.cpus, 'CPU')}</span>}
        {machine.memory !== undefined && <span class="fact mono">{size(machine.memory)}</span>}
        {machine.forwards.length > 0 && (
          <span class="fact ports">
            <Ports forwards={machine.forwards} />
          </span>
        )}
      </p>
      <div class="deeds">
        {near.map((deed) => (
          <button
            key={deed.label}
            type="button"
            disabled={isLost.value}
            class={isFirst(deed, machine) ? 'first' : deed.danger ? 'danger' : undefined}
            onClick={() => deed.act(machine)}
          >
            {deed.label}
          </button>
        ))}
        <Menu
          label={`What else can be done with ${machine.name}`}
          disabled={isLost.value}
          items={far.map((deed) => ({
            label: deed.label,
            act: () => deed.act(machine),
            ...(deed.danger && { danger: true }),
          }))}
        />
      </div>
      {machine.reason && <p class="why bad">{machine.reason}</p>}
    </header>
  );
}

/** What is shown was so then. @param since milliseconds since 1970 */
function NotHeard({ since }: { since: number | undefined }) {
  if (since === undefined) return <span class="quiet">not heard</span>;
  const time = moment(new Date(since).toISOString(), Date.now(), { seconds: true });
  return <span class="quiet">not heard since {time}</span>;
}

/** The sides of a machine as tabs: arrows go from one to the next. */
function Sides({ machine, tab }: { machine: MachineView; tab: Tab }) {
  const { name } = machine;
  const shown = tabs.filter((side) => may(needs[side]));
  useEffect(() => {
    document.title = `${name} · ${words[tab].toLowerCase()} · Vivarium`;
  }, [name, tab]);
  const turn = (event: KeyboardEvent) => {
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const to = shown[(shown.indexOf(tab) + (way ?? 0) + shown.length) % shown.length];
    if (way === undefined || !to) return;
    event.preventDefault();
    go({ place: 'machine', name, tab: to });
    document.getElementById(`tab-${to}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={`Sides of ${name}`} onKeyDown={turn}>
      {shown.map((side) => (
        <button
          key={side}
          id={`tab-${side}`}
          type="button"
          role="tab"
          aria-selected={side === tab}
          aria-controls="side"
          tabIndex={side === tab ? 0 : -1}
          onClick={() => (side === tab ? enterSide() : go({ place: 'machine', name, tab: side }))}
        >
          {words[side]}
        </button>
      ))}
    </div>
  );
}
