import type { MachineView, SnapshotView } from '../engine.ts';
import { moment, size } from '../figures.ts';
import { Failure } from '../frame/failure.tsx';
import { Mark } from '../frame/mark.tsx';
import { Menu } from '../frame/menu.tsx';
import { writeRoute } from '../frame/route.ts';
import { may, takes } from '../state/access.ts';
import { act, ask } from '../state/act.ts';
import { useAsked } from '../state/asked.ts';
import { isLost, machines, world } from '../state/world.ts';
import { question } from './deeds.ts';
import { type Branch, branches, family, familyOf } from './family.ts';

/** The snapshots of a machine as a tree: what was forked of them, and what the machine itself was forked of. */
export default function Snapshots({ machine }: { machine: MachineView }) {
  const names = machines.value.map(({ name }) => name).join(' '); // a fork more lies on a snapshot
  const { value, why } = useAsked(() => ask('snapshot.list', {}), [world.value.snapshots, names]);
  if (!value.value) return <Failure why={why.value} />;
  const kin = familyOf(machine.name, family(machines.value, value.value));
  const lines = kin ? branches(kin) : [];
  return (
    <div class="tree-place">
      <Failure why={why.value} />
      {lines.length > 1 ? (
        <>
          <div class="tree-heads" aria-hidden="true">
            <span>snapshots and forks</span>
            <span>made</span>
            <span class="figure">memory</span>
            <span class="figure">on disk</span>
            <span />
          </div>
          <ul class="tree" aria-label={`Snapshots and forks of ${kin?.name}`}>
            {lines.map((branch) => (
              <Line key={keyOf(branch)} branch={branch} here={machine.name} />
            ))}
          </ul>
        </>
      ) : (
        <div class="empty">
          <p>
            Nothing was kept of <b class="mono">{machine.name}</b> yet.
          </p>
          <p class="quiet">
            A snapshot holds memory, devices and disks of one instant. Forks go on from there, each on its
            own.
          </p>
          {may('snapshot.create') && (
            <button
              type="button"
              class="first"
              disabled={isLost.value || !takes('snapshot.create', machine.state)}
              onClick={() => {
                question.value = { kind: 'snapshot', machine: machine.name };
              }}
            >
              Snapshot
            </button>
          )}
        </div>
      )}
    </div>
  );
}

const keyOf = (branch: Branch): string =>
  branch.kind === 'machine' ? branch.kin.name : `${branch.snapshot.machine}@${branch.snapshot.name}`;

function Line({ branch, here }: { branch: Branch; here: string }) {
  return (
    <li class={branch.kind === 'machine' && branch.kin.name === here ? 'here' : undefined}>
      <span class="twig">
        {branch.lines.map((goes, depth) => (
          <i key={depth} class={depth === 0 ? 'none' : goes ? 'goes' : 'none'} aria-hidden="true" />
        ))}
        {branch.lines.length > 0 && <i class={branch.last ? 'last' : 'tee'} aria-hidden="true" />}
        {branch.kind === 'machine' ? <MachineName branch={branch} /> : <SnapshotName branch={branch} />}
      </span>
      {branch.kind === 'snapshot' && <SnapshotFacts snapshot={branch.snapshot} />}
    </li>
  );
}

function MachineName({ branch: { kin } }: { branch: Extract<Branch, { kind: 'machine' }> }) {
  if (!kin.machine) {
    return (
      <span class="mono quiet">
        {kin.name} <span class="aside">cannot be seen</span>
      </span>
    );
  }
  return (
    <>
      <Mark state={kin.machine.state} bare />
      <a class="mono" href={writeRoute({ place: 'machine', name: kin.name, tab: 'snapshots' })}>
        {kin.name}
      </a>
    </>
  );
}

function SnapshotName({ branch }: { branch: Extract<Branch, { kind: 'snapshot' }> }) {
  const { name, state, reason } = branch.snapshot;
  return (
    <>
      <svg class="kept" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        <path d="M6 1.2L10.8 6 6 10.8 1.2 6z" />
      </svg>
      <span class="unseen">snapshot </span>
      <span class="mono">@{name}</span>
      {state === 'broken' && <span class="bad aside">broken: {reason}</span>}
    </>
  );
}

function SnapshotFacts({ snapshot }: { snapshot: SnapshotView }) {
  const { machine, name, made, memory, bytes } = snapshot;
  const subject = `${machine}@${name}`;
  const restore = () => {
    question.value = { kind: 'restore', machine, snapshot: name };
  };
  const items = [
    ...(may('snapshot.restore') ? [{ label: 'Restore', act: restore }] : []),
    ...(may('snapshot.verify')
      ? [
          {
            label: 'Verify',
            act: () => void act('snapshot.verify', subject, { name: machine, snapshot: name }),
          },
        ]
      : []),
    ...(may('snapshot.remove')
      ? [
          {
            label: 'Remove',
            danger: true,
            act: () => void act('snapshot.remove', subject, { name: machine, snapshot: name }),
          },
        ]
      : []),
  ];
  return (
    <>
      <span class="mono quiet made">{moment(made)}</span>
      <span class="mono figure memory">{size(memory)}</span>
      <span class="mono figure bytes">{size(bytes)}</span>
      <span class="does">
        {may('machine.fork') && (
          <button
            type="button"
            aria-label={`Fork ${subject}`}
            disabled={isLost.value}
            onClick={() => {
              question.value = { kind: 'fork', machine, snapshot: name };
            }}
          >
            Fork
          </button>
        )}
        <Menu label={`What else can be done with ${subject}`} items={items} disabled={isLost.value} />
      </span>
    </>
  );
}
