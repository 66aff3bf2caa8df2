import { stringify } from 'yaml';
import type { WrittenSpec } from '../../protocol/machine-spec.ts';
import type { Left, Taken } from '../../protocol/views.ts';

/** Where what was found goes, and what comes along. */
export interface Target {
  name: string;
  /** What relative paths of the source are relative to. */
  directory: string;
  /** All of that directory comes along: what lies in it keeps its place. */
  whole: boolean;
  /** How disks come into the machine's directory; undefined leaves them where they are. */
  bring: 'copied' | 'moved' | undefined;
}

/** A file that is to lie in the machine's directory. */
export interface Bring {
  from: string;
  /** Its path there. */
  to: string;
  /** Of a disk. */
  format?: 'qcow2' | 'raw';
  /** It comes with the whole directory. */
  along?: true;
}

/** A machine on paper. */
export interface Composed {
  spec: Omit<WrittenSpec, 'version'>;
  autostart: boolean;
  bring: Bring[];
  /** Empty disks to make, and their bytes. */
  make: { to: string; size: number }[];
  taken: Taken[];
  left: Left[];
}

/** What became of a part: taken as that, left because of that, or both. */
export interface Outcome {
  as?: string;
  why?: string;
}

/** As it stands in machine.yaml, but on one line. */
export function written(key: string, value: unknown): string {
  return `${key}: ${stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()}`;
}
