import type { Bench } from './bench.ts';
import type { Spread } from './spread.ts';

/** One question, asked by `node bench/run.ts NAME`. */
export interface Benchmark {
  name: string;
  /** How it is measured, in a sentence or two for the page. */
  how: string;
  measure(bench: Bench): Promise<Finding[]>;
}

export type Finding = Ratio | Duration | Memory | Size | Unmeasured;

/** What we take over what somebody else takes, pair by pair. */
export interface Ratio {
  kind: 'ratio';
  what: string;
  over: string;
  /** Medians in milliseconds. */
  ours: number;
  theirs: number;
  ratio: Spread;
  bar: number;
}

/** What we take, whatever others do. */
export interface Duration {
  kind: 'duration';
  what: string;
  /** Milliseconds. */
  took: Spread;
  bar: number;
}

/** Bytes for each running machine, on average. */
export interface Memory {
  kind: 'memory';
  what: string;
  rss: number;
  pss: number;
  machines: number;
  bar: number;
}

/** Bytes of something, of several of its kind. */
export interface Size {
  kind: 'size';
  what: string;
  bytes: Spread;
  bar: number;
}

/** The host would not let it be measured. */
export interface Unmeasured {
  kind: 'unmeasured';
  what: string;
  over: string;
  bar: number;
  reason: string;
}
