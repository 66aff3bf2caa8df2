import * as z from 'zod/mini';
import type { Progress } from '../base/scope.ts';
import type { OwnGrant } from './access-views.ts';
import { isSharedSize, sharedSizes } from './terminal-size.ts';
import type { MachineView } from './views.ts';
import type { SentError } from './wire.ts';

/**
 * vmd's face for games, whose scripts can do little more than send a request now and then (docs/game.md): all that a
 * session wants done goes by `send`, all that it is to know comes by `poll`.
 */
export const gamePaths = {
  open: '/game/v1/open',
  send: '/game/v1/send',
  poll: '/game/v1/poll',
} as const;

/** Seconds for which a poll may wait at most. */
export const longestWait = 20;

/** Bytes of the news in an answer, about: one piece is told whole. */
export const answerSize = 65_536;

const text = (most: number) => z.string().check(z.maxLength(most));
const session = text(100);
const machine = text(100);

/** Lua knows an empty table alone, which is sent as null, as a list or as an object. */
const listOf = <Item extends z.ZodMiniType>(item: Item, most: number) =>
  z.pipe(
    z.transform((it) => (isEmpty(it) ? [] : it)),
    z.array(item).check(z.maxLength(most)),
  );
const parameters = z.pipe(
  z.transform((it) =>
    isEmpty(it) ? {} : typeof it === 'object' && !Array.isArray(it) ? withoutNulls(it as object) : it,
  ),
  z.record(z.string(), z.unknown()),
);

const isEmpty = (it: unknown): boolean =>
  it === undefined || it === null || (typeof it === 'object' && Object.keys(it).length === 0);

const withoutNulls = (it: object): object =>
  Object.fromEntries(Object.entries(it).filter(([, value]) => value !== null));

/** What the game calls a call, to know its answer by. */
const call = z.union([text(200), z.int()], 'must be a text or a whole number');
const machines = listOf(machine, 1000);
const about = { machine };
const hex = z
  .string()
  .check(z.regex(/^(?:[0-9a-fA-F]{2})*$/, 'must be bytes, each in two hexadecimal digits'));

/**
 * What can be done, in the order given; what is typed to one machine arrives in that order, calls run side by side.
 * - call: any operation of the table that neither streams nor takes bytes; its outcome is an `answer`
 * - type: bytes to the serial console
 * - look: follow the screen of its console, drawn for a terminal of this size; unlook: no longer
 * - hear: follow what its console prints from now on; unhear: no longer
 * - read: `answer` with the text of the screen and of what has left it at the top
 * - own: what happens to these machines when the game has gone is said by the session's `leave`; disown: they stay as they are
 */
const act = z.discriminatedUnion('act', [
  z.object({ act: z.literal('call'), call, operation: text(100), parameters }),
  z.object({ act: z.literal('type'), machine, hex }),
  z
    .object({
      act: z.literal('look'),
      machine,
      columns: z._default(z.int(), 80),
      rows: z._default(z.int(), 24),
    })
    .check(z.refine(isSharedSize, `must be of a screen of ${sharedSizes}`)),
  z.object({ act: z.literal('unlook'), ...about }),
  z.object({ act: z.literal('hear'), ...about }),
  z.object({ act: z.literal('unhear'), ...about }),
  z.object({
    act: z.literal('read'),
    call,
    machine,
    lines: z._default(z.int().check(z.minimum(1), z.maximum(2000)), 500),
  }),
  z.object({ act: z.literal('own'), machines }),
  z.object({ act: z.literal('disown'), machines }),
]);

/** What happens to a session's own machines that are on when nobody polls it any more. */
export const leavings = ['suspend', 'run', 'stop'] as const;

/** The bodies of the three requests. */
export const gameRequests = {
  /** `grace`: seconds without a poll after which the game has gone. */
  open: z.object({
    world: text(200),
    leave: z._default(z.enum(leavings), 'suspend'),
    grace: z._default(z.number().check(z.minimum(5), z.maximum(600)), 30),
  }),
  /**
   * `number`: 1, 2, 3, … in the session; one that was taken already is answered the same, and done no second time.
   * What is refused is not taken: the next has its number.
   */
  send: z.object({ session, number: z.int().check(z.minimum(1)), acts: listOf(act, 1000) }),
  /** `after`: the cursor of the last answer that arrived, 0 at first. What it told is forgotten, all else is told. */
  poll: z.object({
    session,
    after: z.int().check(z.minimum(0)),
    wait: z._default(z.number().check(z.minimum(0)), longestWait),
  }),
};

export type GameAct = z.output<typeof act>;
export type GameOpen = z.output<typeof gameRequests.open>;
export type GameSend = z.output<typeof gameRequests.send>;
export type GamePoll = z.output<typeof gameRequests.poll>;
export type CallName = string | number;

export interface GameOpened {
  session: string;
  /** What the names of the token's machines must begin with. */
  prefix: string;
  grant: OwnGrant;
  images: { name: string; kind?: string }[];
  /** Names of the machines that are there: who comes back forgets the others. */
  machines: string[];
  /** Seconds for which a poll may wait at most. */
  wait: number;
}

/** There is no such session of this token: it was left, or vmd was started anew. */
export interface GameGone {
  gone: true;
}
export interface GameTaken {
  taken: number;
}
export interface GameTold {
  cursor: number;
  news: GameNews[];
}

/** An error as games are told it. */
export type GameError = Pick<SentError, 'code' | 'message' | 'hint'>;

/**
 * Cells side by side that look the same: -1 for the usual colour, 0 to 255 for one of the palette, 0x1000000 and
 * 0xRRGGBB; bits of style: 1 bold, 2 dim, 4 italic, 8 underlined, 16 inverse, 32 hidden, 64 struck through. A character
 * that is two cells wide stands there once.
 */
export type Run = [text: string, foreground: number, background: number, style: number];

export type GameNews =
  | ({ kind: 'machine' } & GameMachine)
  | { kind: 'machine'; name: string; state: 'removed' }
  | { kind: 'answer'; call: CallName; result: unknown }
  | { kind: 'answer'; call: CallName; error: GameError }
  | ({ kind: 'progress'; call: CallName } & Omit<Progress, 'kind'>)
  | GameScreen
  /** `lost`: bytes that were printed before it, and went unread for too long. */
  | { kind: 'output'; machine: string; text: string; lost?: number }
  /** Whether its console, which is looked at or heard, is attached. */
  | { kind: 'line'; machine: string; state: LineState; error?: GameError }
  /** What was typed did not arrive. */
  | { kind: 'refused'; machine: string; error: GameError };

export type LineState = 'live' | 'down' | 'refused';

/** A machine as it is, `why` it is so where that has a reason. */
export type GameMachine = Omit<MachineView, 'reason' | 'pid' | 'uptime' | 'runitVm'> & { why?: string };

/** The lines of a screen that have changed; with `whole` all others are empty. They and the cursor count from 0. */
export interface GameScreen {
  kind: 'screen';
  machine: string;
  columns: number;
  rows: number;
  whole?: true;
  cursor: { x: number; y: number; visible: boolean };
  /** Runs from the left, without what is blank at the end. */
  lines: [y: number, runs: Run[]][];
}
