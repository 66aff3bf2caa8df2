const escapeSequence = new RegExp(
  [
    '\\u001b\\[[0-?]*[ -/]*[@-~]', // CSI: colours, cursor
    '\\u001b[\\]PX^_][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\)', // OSC, DCS, SOS, PM, APC
    '\\u001b[ -/]*[0-~]?', // any other escape
  ].join('|'),
  'g',
);
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Of those, what JSON lets stand as it is. */
const legalInJson = /[\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text that a guest or QEMU wrote, made harmless for a terminal or a page: escape sequences, control
 * characters and bidirectional overrides are removed, tabs and line ends stay (ECMA-48, 5.3 to 5.6).
 */
export function printable(text: string): string {
  if (/^[\n\t -~]*$/.test(text)) return text; // most is, and a long list asks often
  return text.replace(escapeSequence, '').replace(control, '');
}

/** A value with every text in it `printable`. */
export function allPrintable<Value>(value: Value): Value;
export function allPrintable(value: unknown): unknown {
  if (typeof value === 'string') return printable(value);
  if (Array.isArray(value)) return value.map((item) => allPrintable(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [printable(key), allPrintable(item)]));
}

/** JSON with the same content, in which what `printable` takes away is written as `\uXXXX`. */
export function printableJson(json: string): string {
  return json.replace(legalInJson, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The last `count` lines of a guest's text that are not blank, each `printable`. */
export function lastLines(text: string, count: number): string[] {
  return printable(text)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-count);
}
