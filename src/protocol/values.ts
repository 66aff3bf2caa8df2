import * as z from 'zod/mini';
import { parseDuration } from '../base/durations.ts';
import { namePattern } from '../base/names.ts';
import { parseSize } from '../base/sizes.ts';
import { issueWords } from './issue-words.ts';
import { isSharedSize, parseTerminalSize, sharedSizes } from './terminal-size.ts';

// zod/mini brings no messages of its own; and to compile a schema does not pay for checking it once.
z.config({ ...z.locales.en(), customError: issueWords, jitless: true });

/** A name of a machine or image; what it may be is checked in one place, `checkName`. */
export const name = z.string();

const sizeProblem = 'must be a size such as 512M or 2G';
const memoryProblem = 'must be a size in whole MiB such as 512M or 2G';
const durationProblem = 'must be a duration such as 60s or 2m';

/** Bytes, written as QEMU writes sizes: `512M`, `2G`. */
export const size = z.pipe(
  z
    .union([z.string(), z.int()], sizeProblem)
    .check(z.refine((value) => parseSize(String(value)) !== undefined, sizeProblem)),
  z.transform((value) => parseSize(String(value)) ?? 0),
);

/** Bytes of memory: whole MiB, which is what QEMU can give. */
export const memorySize = z.pipe(
  z
    .union([z.string(), z.int()], memoryProblem)
    .check(z.refine((value) => (parseSize(String(value)) ?? 1) % 2 ** 20 === 0, memoryProblem)),
  z.transform((value) => parseSize(String(value)) ?? 0),
);

/** Milliseconds, written `500ms`, `60s`, `2m`; a bare number is seconds. */
export const duration = z.pipe(
  z
    .union([z.string(), z.number()], durationProblem)
    .check(z.refine((value) => parseDuration(String(value)) !== undefined, durationProblem)),
  z.transform((value) => parseDuration(String(value)) ?? 0),
);

const pathText = () =>
  z
    .string()
    .check(z.refine((value) => value !== '' && !/[\u0000-\u001f\u007f]/.test(value), 'must be a path'));

/** A file name or path of the host, as it goes to QEMU. */
export const path = pathText();

/** A path in a guest. */
export const guestPath = pathText();

export const imageName = z
  .string()
  .check(z.refine((value) => namePattern.test(value), 'must be the name of an image'));

/** A user of a guest, as useradd(8) takes it. */
export const userName = z
  .string()
  .check(z.regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'must be a user name such as me'));

/** A package as apt-get install takes it: `nginx`, `nginx=1.22.1-9`, `nginx/bookworm-backports`. */
export const packageName = z
  .string()
  .check(z.regex(/^[a-z0-9][A-Za-z0-9.+:~_=/-]*$/, 'must be a package such as nginx'));

const terminalText = () => z.string().check(z.regex(/^\d{1,4}x\d{1,4}$/, 'must be COLUMNSxROWS, as 80x24'));

/** Columns and rows of a terminal. */
export const terminalSize = terminalText();

/** Columns and rows of a screen that a shared console can have. */
export const sharedSize = terminalText().check(
  z.refine((value) => isSharedSize(parseTerminalSize(value)), `must be ${sharedSizes}`),
);

/** Bytes, whole or as they come; the CLI takes them from standard input. */
export const byteInput = z.custom<string | Uint8Array | AsyncIterable<Uint8Array>>(
  (value) =>
    typeof value === 'string' ||
    value instanceof Uint8Array ||
    (typeof value === 'object' && value !== null && Symbol.asyncIterator in value),
  'must be text, bytes or a stream of bytes',
);
