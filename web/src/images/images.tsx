import { useSignal } from '@preact/signals';
import type { ImageView } from '../engine.ts';
import { moment, size } from '../figures.ts';
import { Failure } from '../frame/failure.tsx';
import { Menu } from '../frame/menu.tsx';
import { Others } from '../frame/others.tsx';
import { writeRoute } from '../frame/route.ts';
import { Tasks } from '../frame/tasks.tsx';
import { may } from '../state/access.ts';
import { act, ask } from '../state/act.ts';
import { useAsked } from '../state/asked.ts';
import { world } from '../state/world.ts';
import { BuildQuestion } from './build.tsx';
import { PullQuestion } from './pull.tsx';

/** What machines are made of: what is there, what is on its way, and where more comes from. */
export default function Images() {
  const { value, why } = useAsked(() => ask('image.list', {}), [world.value.images]);
  const asked = useSignal<'build' | 'pull' | undefined>(undefined);
  const close = () => {
    asked.value = undefined;
  };
  return (
    <section class="page" aria-labelledby="images">
      <header>
        <h1 id="images">Images</h1>
        <p class="quiet">
          What machines are made of. An image never changes; a machine keeps only what differs.
        </p>
        <div class="deeds">
          {may('image.prune') && (
            <button type="button" onClick={() => act('image.prune', 'space', {})}>
              Free space
            </button>
          )}
          {may('image.pull') && (
            <button
              type="button"
              onClick={() => {
                asked.value = 'pull';
              }}
            >
              Pull
            </button>
          )}
          {may('image.build') && (
            <button
              type="button"
              class="first"
              onClick={() => {
                asked.value = 'build';
              }}
            >
              Build
            </button>
          )}
        </div>
      </header>
      <Tasks of={({ operation }) => operation.startsWith('image.')} />
      <Others of={({ operation }) => operation.startsWith('image.')} />
      <Failure why={why.value} />
      {value.value && value.value.length > 0 && <Table images={value.value} />}
      {value.value?.length === 0 && (
        <div class="empty">
          <p>There is no image yet.</p>
          <p class="quiet">
            Build <b class="mono">tiny</b>, a guest of a few megabytes that boots in seconds, or pull a
            distribution&apos;s own.
          </p>
        </div>
      )}
      {asked.value === 'build' && <BuildQuestion close={close} />}
      {asked.value === 'pull' && <PullQuestion close={close} />}
    </section>
  );
}

function Table({ images }: { images: ImageView[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th>name</th>
          <th>kind</th>
          <th class="figure">on disk</th>
          <th>made</th>
          <th>from</th>
          <th>used by</th>
          <th>
            <span class="unseen">what can be done</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {images.map((image) => (
          <Line key={image.name} image={image} />
        ))}
      </tbody>
    </table>
  );
}

function Line({ image }: { image: ImageView }) {
  const { name, kind, bytes, made, source, usedBy, state, reason } = image;
  return (
    <tr>
      <td data-head="name">
        <b class="mono">{name}</b>
        {state === 'broken' && <p class="bad">broken: {reason}</p>}
      </td>
      <td data-head="kind">{kind}</td>
      <td data-head="on disk" class="figure">
        {size(bytes)}
      </td>
      <td data-head="made" class="mono">
        {moment(made)}
      </td>
      <td data-head="from" class="from quiet">
        {source}
      </td>
      <td data-head="used by" class="users">
        {usedBy.map((machine) => (
          <a
            key={machine}
            class="mono"
            href={writeRoute({ place: 'machine', name: machine, tab: 'console' })}
          >
            {machine}
          </a>
        ))}
      </td>
      <td class="does">
        {state === 'ready' && may('machine.make') && (
          <a
            class="button"
            href={writeRoute({ place: 'make', image: name })}
            aria-label={`New machine of ${name}`}
          >
            New machine
          </a>
        )}
        <Menu
          label={`What else can be done with ${name}`}
          items={[
            ...(may('image.verify')
              ? [{ label: 'Verify', act: () => void act('image.verify', name, { names: [name] }) }]
              : []),
            ...(may('image.remove')
              ? [{ label: 'Remove', danger: true, act: () => void act('image.remove', name, { name }) }]
              : []),
          ]}
        />
      </td>
    </tr>
  );
}
