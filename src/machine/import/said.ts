import type { WrittenSpec } from '../../protocol/machine-spec.ts';

type Item<Key extends keyof WrittenSpec> = NonNullable<WrittenSpec[Key]> extends (infer One)[] ? One : never;
type Lists = 'disks' | 'networks' | 'shares' | 'arguments';
type Scalars = Required<Omit<WrittenSpec, Lists | 'version'>>;

export type Disk = Item<'disks'>;
export type Network = Item<'networks'>;
export type Share = Item<'shares'>;

/** What can be taken over: the value of a key of machine.yaml, one item more of a list, or something beside it. */
export type Part =
  | { [Key in keyof Scalars]: { key: Key; value: Scalars[Key] } }[keyof Scalars]
  /** `size`: bytes of an empty disk to make in its place where the file is not there yet. */
  | { key: 'disks'; value: Disk; size?: number | undefined }
  | { key: 'networks'; value: Network }
  | { key: 'shares'; value: Share }
  | { key: 'arguments'; value: string[] }
  /** The image of a floppy. */
  | { key: 'floppy'; value: string }
  /** Where a UEFI guest's variables may be, to be copied: the first that is there. */
  | { key: 'uefiVariables'; value: string[] }
  | { key: 'autostart'; value: true };

/** Words of a source, and the line where they stand. */
export interface Words {
  what: string;
  line?: number | undefined;
}

/**
 * What becomes of them: a part of the machine; or they hold here without any key, and `as` says how; or they are not
 * taken over, and `why` says the reason and what to do instead. NAME in these texts stands for the machine.
 */
export type Fate = Part | { as: string } | { why: string };

export type Said = Words & Fate;

/** All that was found in a source, in its order. */
export interface Found {
  /** What the source calls the machine; hardly ever a name that was checked. */
  name: string;
  said: Said[];
}

/** The same words, once for each thing that becomes of them. */
export function say({ what, line }: Words, ...fates: (Fate | false)[]): Said[] {
  return fates.filter((fate) => fate !== false).map((fate) => ({ what, line, ...fate }));
}

/** A piece of a source for people: on one line, and not too long. */
export function quote(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 70 ? `${line.slice(0, 69)}…` : line;
}
