import { deedsOf } from '../machine/deeds.ts';
import { leave } from '../state/session.ts';
import { isLost, machines, world } from '../state/world.ts';
import type { Shortcut } from './keys.ts';
import { mayGo } from './may-go.ts';
import { go, route, tabs } from './route.ts';
import { turnScheme } from './scheme.ts';
import { sheet } from './sheet.ts';

/** Something that the palette offers. */
export interface Command {
  text: string;
  /** The name in it, where it has one. */
  of?: string;
  /** It is about the machine that is open. */
  near?: true;
  keys?: string;
  act: () => void;
}

/** What can be done from here, what is nearest first. */
export function commands(): Command[] {
  const at = route.value;
  const here = at.place === 'machine' ? world.value.machines?.get(at.name) : undefined;
  const others = machines.value.filter((machine) => machine !== here);
  const deeds = (machine: typeof here): Command[] =>
    machine && !isLost.value
      ? deedsOf(machine).map((deed) => ({
          text: deed.label,
          of: machine.name,
          ...(deed.keys && machine === here && { keys: deed.keys }),
          ...(machine === here && { near: true as const }),
          act: () => deed.act(machine),
        }))
      : [];
  const sides: Command[] = here
    ? tabs.map((tab, nth) => ({
        text: `Show ${tab}`,
        of: here.name,
        near: true as const,
        keys: String(nth + 1),
        act: () => go({ place: 'machine', name: here.name, tab }),
      }))
    : [];
  const open = machines.value.map(
    ({ name }): Command => ({
      text: 'Open',
      of: name,
      act: () => go({ place: 'machine', name, tab: at.place === 'machine' ? at.tab : 'console' }),
    }),
  );
  return [
    ...deeds(here),
    ...sides,
    ...open,
    ...places().map(({ about, keys, act }) => ({ text: about, keys, act })),
    ...others.flatMap(deeds),
    { text: 'Light, dark, or as the system has it', act: turnScheme },
    { text: 'Show the keys', keys: '?', act: () => sheet('keys') },
    { text: 'Sign out: forget the token', act: () => leave() },
  ];
}

/** Where one can go with two keys. */
function places(): Shortcut[] {
  return [
    { keys: 'g m', about: 'Go to the machines', act: () => go({ place: 'shelf' }) },
    ...(mayGo('images')
      ? [{ keys: 'g i', about: 'Go to the images', act: () => go({ place: 'images' }) }]
      : []),
    ...(mayGo('tokens')
      ? [{ keys: 'g t', about: 'Go to the tokens', act: () => go({ place: 'tokens' }) }]
      : []),
    ...(mayGo('audit')
      ? [{ keys: 'g a', about: 'Go to the audit log', act: () => go({ place: 'audit' }) }]
      : []),
    ...(mayGo('make') ? [{ keys: 'n', about: 'Make a new machine', act: () => go({ place: 'make' }) }] : []),
  ];
}

/** The keys that hold now. */
export function shortcuts(): Shortcut[] {
  return [
    { keys: 'Ctrl+k', about: 'Find anything: the palette', act: () => sheet('palette') },
    { keys: '/', about: 'Find anything: the palette', act: () => sheet('palette') },
    { keys: '?', about: 'Show these keys', act: () => sheet('keys') },
    ...places(),
    ...machineKeys(),
  ];
}

/** Of the machine that is open. */
function machineKeys(): Shortcut[] {
  const at = route.value;
  if (at.place !== 'machine') return [];
  const names = machines.value.map(({ name }) => name);
  const next = (way: number) => () => {
    const name = names[(names.indexOf(at.name) + way + names.length) % names.length];
    if (name) go({ ...at, name });
  };
  const machine = world.value.machines?.get(at.name);
  const deeds = machine && !isLost.value ? deedsOf(machine) : [];
  return [
    ...tabs.map((tab, nth) => ({
      keys: String(nth + 1),
      about: `Show ${tab}`,
      act: () => go({ place: 'machine', name: at.name, tab }),
    })),
    { keys: ']', about: 'The next machine', act: next(1) },
    { keys: '[', about: 'The machine before', act: next(-1) },
    { keys: 'Escape', about: 'Back to all machines', act: () => go({ place: 'shelf' }) },
    ...deeds.flatMap(({ keys, label, act }) =>
      keys && machine ? [{ keys, about: `${label} ${machine.name}`, act: () => act(machine) }] : [],
    ),
  ];
}
