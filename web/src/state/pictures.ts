import { signal } from '@preact/signals';
import { ask } from './act.ts';

/** The last picture of a screen; `url` is undefined where the machine has none that can be taken. */
export interface Shot {
  url: string | undefined;
  width: number;
  height: number;
}

/** By the machine's name. */
export const shots = signal<ReadonlyMap<string, Shot>>(new Map());

/** Pixels across of a small picture. */
const width = 192;

const waiting = new Set<string>();
let working = false;

/** Asks for a new picture; one is taken at a time, and of a machine that waits already none is asked for twice. */
export function look(name: string): void {
  waiting.add(name);
  if (!working) work();
}

async function work(): Promise<void> {
  working = true;
  for (const name of waiting) {
    waiting.delete(name);
    await take(name);
  }
  working = false;
}

async function take(name: string): Promise<void> {
  try {
    const { png, ...measures } = await ask('machine.screenshot', { name, width });
    const url = URL.createObjectURL(new Blob([Uint8Array.from(png)], { type: 'image/png' }));
    keep(name, { url, ...measures });
  } catch {
    keep(name, undefined); // it went down meanwhile, or has no screen: its place stays empty
  }
}

function keep(name: string, shot: Shot | undefined): void {
  const before = shots.value.get(name);
  const after = new Map(shots.value);
  if (shot) after.set(name, shot);
  else after.delete(name);
  shots.value = after;
  if (before?.url) setTimeout(URL.revokeObjectURL, 1000, before.url);
}
