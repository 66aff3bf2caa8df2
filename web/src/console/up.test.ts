import { expect, test } from 'vitest';
import type { MachineView } from '../engine.ts';
import { fold, nothing } from '../state/fold.ts';
import { world } from '../state/world.ts';
import { untilOtherwise } from './up.ts';

const machine = (pid: number): MachineView => ({
  name: 'm',
  state: 'running',
  pid,
  forwards: [],
  autostart: false,
  runitVm: false,
});

test('a machine that was started anew is another, though nobody has told that it was down', async () => {
  world.value = fold(nothing, { kind: 'machines', machines: [machine(1)] }, 0);
  const otherwise = untilOtherwise('m', new AbortController().signal);
  world.value = fold(world.value, { kind: 'machine', machine: machine(2) }, 0);
  await expect(otherwise).resolves.toBeUndefined();
});
