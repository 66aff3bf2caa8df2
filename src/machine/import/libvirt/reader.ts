import type { Said } from '../said.ts';
import type { Element } from './xml.ts';

/** Elements of which nobody wants to hear one by one: those of a group are told together. */
export const groups = {
  same: { as: 'so it is for every machine' },
  tuning: { why: 'tunes how the host runs the guest: there is nothing of the kind here' },
  trifle: { why: "is libvirt's own bookkeeping, or nothing that a guest misses" },
};

export type Group = keyof typeof groups;

/** Reads an element of a domain; `index` counts those of its path, and `domain` is for those that hang together. */
export type Reader = (element: Element, index: number, domain: Element) => Said[] | Group;

/** By the path of the element below the domain. */
export type Readers = Record<string, Reader>;

/** Readers of elements that belong to a group, whatever they say. */
export function allOf(group: Group, ...paths: string[]): Readers {
  return Object.fromEntries(paths.map((path) => [path, () => group]));
}
