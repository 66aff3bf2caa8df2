import type { Progress } from '../base/scope.ts';

/** Where an operation is called: by POST, or over a WebSocket where bytes or streams go to and fro. */
export const pathOf = (operation: string): string => `/v1/${operation.replace('.', '/')}`;

/** Where a call is given up that is under way: POST `{"call": ID}`, the ID that its `headers.call` said. */
export const abortPath = '/v1/abort';

/** What HTTP's own headers do not say. */
export const headers = {
  /** Milliseconds until the call has failed. */
  timeout: 'vivarium-timeout',
  /** A name for the call, by which it can be given up. */
  call: 'vivarium-call',
  /** The work goes on when its caller has gone: a page that is left. */
  detached: 'vivarium-detached',
} as const;

/** The type of an answer in lines: `progress`, and a last one with `result` or `error`. */
export const linesType = 'application/x-ndjson';

/** A WebSocket's subprotocol, and the one that brings a token, which browsers cannot send in a header. */
export const subprotocol = 'vivarium';
export const tokenProtocol = (token: string): string => `bearer.${token}`;

/** An error as it is sent: VivariumError's own form. */
export interface SentError {
  code: string;
  message: string;
  hint: string;
  details: unknown;
}

/** One line of an answer in lines. */
export type AnswerLine = { progress: Progress } | { result: unknown } | { error: SentError };

/**
 * The first text on a WebSocket. Bytes for the operation follow as binary messages, and `{"input":"end"}` or
 * `{"abort":true}` as text.
 */
export interface CallMessage {
  parameters: unknown;
  /** Milliseconds. */
  timeout?: number;
  /** The parameters whose bytes come as binary messages, and that take the binary messages of the answer. */
  input?: string;
  output?: string;
}

/**
 * A text on a WebSocket from the server. What kind of stream it is stands in `opened`:
 * - terminal: the next binary message is the scrollback, all after it output; each binary message to it is answered
 *   by `taken`, or by `refused`
 * - execution: binary messages begin with a byte that says 1 for standard output, 2 for standard error; `result` is its end
 * - items: each is a text with `item`
 */
export type StreamMessage =
  | AnswerLine
  | { opened: { kind: 'terminal'; idle: number | null; canType: boolean } }
  | { opened: { kind: 'execution' } }
  | { opened: { kind: 'items' } }
  | { item: unknown }
  | { taken: true }
  | { refused: SentError };

/** In the order of their first bytes, which are 1 and 2. */
export const executionStreams = ['stdout', 'stderr'] as const;

/** A value as JSON; bytes as `{"$bytes":"…"}` in base64. What is undefined is null. */
export function encode(value: unknown): string {
  return (
    JSON.stringify(value, (_, it) => (it instanceof Uint8Array ? { $bytes: toBase64(it) } : asPlain(it))) ??
    'null'
  );
}

/** The value that was encoded. @throws SyntaxError where the text is no JSON */
export function decode(text: string): unknown {
  return JSON.parse(text, (key, it) => {
    if (key === '__proto__') throw new SyntaxError('__proto__ is no name of a property');
    const bytes = it !== null && typeof it === 'object' && '$bytes' in it ? it.$bytes : undefined;
    return typeof bytes === 'string' ? fromBase64(bytes) : it;
  });
}

/** Node's Buffer has become `{type, data}` before the replacer sees it. */
function asPlain(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  const { type, data } = value as { type?: unknown; data?: unknown };
  return type === 'Buffer' && Array.isArray(data) ? { $bytes: toBase64(Uint8Array.from(data)) } : value;
}

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(binary);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
