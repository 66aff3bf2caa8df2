import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { count, percent, size } from '../figures.ts';
import { Failure } from '../frame/failure.tsx';
import { route, writeRoute } from '../frame/route.ts';
import { may } from '../state/access.ts';
import { usage } from '../state/samples.ts';
import { hearing, machines, world } from '../state/world.ts';
import { Row } from './row.tsx';

/** The machines: the shelf where there is room for it, the rail beside an open machine. */
export function List() {
  const list = useRef<HTMLUListElement>(null);
  const wanted = useSignal('');
  const shown = useComputed(() =>
    machines.value.filter(({ name, state }) =>
      `${name} ${state}`.includes(wanted.value.trim().toLowerCase()),
    ),
  );
  useEffect(() => {
    const fromOutside = (event: KeyboardEvent) => {
      if (event.target === document.body && /^Arrow(Down|Up)$/.test(event.key)) walk(event, list.current);
    };
    addEventListener('keydown', fromOutside);
    return () => removeEventListener('keydown', fromOutside);
  }, []);
  return (
    <section class="machines" aria-label="Machines">
      {route.value.place === 'shelf' && <h1 class="unseen">Machines</h1>}
      <header>
        {machines.value.length > 0 && (
          <input
            type="search"
            placeholder="Filter"
            aria-label="Filter the machines by name or state"
            value={wanted}
            onInput={(event) => {
              wanted.value = event.currentTarget.value;
            }}
          />
        )}
        <Totals />
        {may('machine.make') && (
          <a
            class={route.value.place === 'shelf' ? 'button first' : 'button'}
            href={writeRoute({ place: 'make' })}
          >
            New machine
          </a>
        )}
      </header>
      {world.value.machines === undefined && <Unheard />}
      {world.value.machines?.size === 0 && <Nothing />}
      {machines.value.length > 0 && shown.value.length === 0 && (
        <p class="empty quiet">No machine is called so.</p>
      )}
      {shown.value.length > 0 && (
        <div class="heads" aria-hidden="true">
          <span />
          <span>name</span>
          <span>state</span>
          <span>CPU</span>
          <span class="figure">memory</span>
          <span class="figure">host memory</span>
          <span>ports</span>
          <span />
        </div>
      )}
      <ul ref={list} onKeyDown={(event) => walk(event, list.current)}>
        {shown.value.map((machine) => (
          <Row key={machine.name} machine={machine} />
        ))}
      </ul>
    </section>
  );
}

/** Where nothing was told yet. */
function Unheard() {
  const { value } = hearing;
  if (value.state === 'lost' && value.why) return <Failure why={value.why} />;
  return <p class="empty quiet">{value.state === 'lost' ? 'vmd does not answer.' : 'Asking vmd …'}</p>;
}

/** What all of them take together. */
function Totals() {
  const all = machines.value;
  if (all.length === 0) return null;
  const running = all.filter(({ pid }) => pid !== undefined);
  const last = running.map(({ name }) => usage(name).value.at(-1)).filter((sample) => sample !== undefined);
  const cpu = last.reduce((sum, sample) => sum + sample.cpu, 0);
  const memory = last.reduce((sum, sample) => sum + sample.memory, 0);
  return (
    <p class="totals quiet">
      {count(all.length, 'machine')}, {running.length} running
      {running.length > 0 && (
        <span class="more">
          {' '}
          · <span class="mono">{last.length > 0 ? percent(cpu) : '–'}</span> of a CPU ·{' '}
          <span class="mono">{last.length > 0 ? size(memory) : '–'}</span>
        </span>
      )}
    </p>
  );
}

function Nothing() {
  return (
    <div class="empty">
      <p>There is no machine yet.</p>
      <p class="quiet">
        Make one of an image, or of an ISO. On the host: <code>vm image build tiny</code> and{' '}
        <code>vm make hello --image tiny</code>
      </p>
    </div>
  );
}

/** Arrows (and j, k) go from machine to machine; from outside, to the one that is open, or an end of the list. */
function walk(event: KeyboardEvent, list: HTMLUListElement | null): void {
  const way = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  if (!list || way === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  if ((event.target as Element).closest('[role=menu]')) return;
  const links = [...list.querySelectorAll<HTMLElement>('a.name')];
  const within = links.findIndex((link) => link.closest('li')?.contains(document.activeElement));
  const open = links.findIndex((link) => link.ariaCurrent === 'page');
  if (within >= 0) links[within + way]?.focus();
  else links.at(open >= 0 ? open : way > 0 ? 0 : -1)?.focus();
  event.preventDefault();
}
