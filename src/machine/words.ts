/** Makes the error for what stands at this line of the text (the first is 1). */
type Fault = (line: number, problem: string) => Error;

/** A text, and how far it has been read. */
interface Scan {
  readonly text: string;
  readonly env: Record<string, string | undefined>;
  readonly fault: Fault;
  /** Where the next character stands. */
  at: number;
  readonly words: string[];
  /** The word that is being read; undefined between two. */
  word: string | undefined;
}

/**
 * Splits text into words as a POSIX shell does: quotes, backslashes, comments, `$VAR`, `${VAR}`, `${VAR:-default}`
 * and `${VAR-default}`, with an unquoted variable split at blanks. Line ends are blanks. Nothing is ever run:
 * command substitution, pipes, redirections and lists are faults. (POSIX.1-2017, Shell Command Language 2.2 to 2.6.)
 */
export function splitWords(text: string, env: Record<string, string | undefined>, fault: Fault): string[] {
  const scan: Scan = { text, env, fault, at: 0, words: [], word: undefined };
  while (scan.at < text.length) readUnquoted(scan);
  endWord(scan);
  return scan.words;
}

// Each matches where the scan stands (`take`).
const blanks = /[ \t\n]+/y;
const lineJoin = /\\(?:\n|$)/y;
const comment = /#[^\n]*/y;
const tilde = /~(?=\/|\s|$)/y;
const literal = /[^ \t\n\\'"$`;&|<>()]+|\\(.)|'([^']*)'/sy;
const doubleQuote = /"/y;
const innerLiteral = /[^"$`\\]+|\\([$`"\\])|\\(?!\n)/y;
const variable = /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?)-([^}$`'"\\]*))?\})/y;
const otherDollar = /\$(?![({])/y;

function readUnquoted(scan: Scan): void {
  const atStart = scan.word === undefined;
  if (take(scan, blanks)) endWord(scan);
  else if (take(scan, lineJoin) || (atStart && take(scan, comment))) return;
  else if (atStart && take(scan, tilde)) add(scan, scan.env.HOME ?? '~');
  else if (take(scan, doubleQuote)) readDoubleQuoted(scan);
  else if (next(scan) === '$') addSplit(scan, readVariable(scan));
  else add(scan, readLiteral(scan));
}

/** Plain characters, one behind a backslash, or what stands in single quotes. */
function readLiteral(scan: Scan): string {
  const found = take(scan, literal);
  if (found) return found[1] ?? found[2] ?? found[0];
  const char = next(scan);
  if (char === "'") throw faultAt(scan, scan.at, "a quote ' is not closed");
  if (char === '`') throw substitution(scan);
  const problem = `an unquoted ${char} means something to a shell, and none reads this; put it into quotes`;
  throw faultAt(scan, scan.at, problem);
}

/** What follows an opening quote, and the closing one. */
function readDoubleQuoted(scan: Scan): void {
  const began = scan.at - 1;
  add(scan, '');
  while (!take(scan, doubleQuote)) {
    if (scan.at >= scan.text.length) throw faultAt(scan, began, 'a quote " is not closed');
    if (take(scan, lineJoin)) continue;
    const found = take(scan, innerLiteral);
    if (found) add(scan, found[1] ?? found[0]);
    else if (next(scan) === '$') add(scan, readVariable(scan));
    else throw substitution(scan);
  }
}

/** The value of a variable; `$` before what names none is itself. */
function readVariable(scan: Scan): string {
  const found = take(scan, variable);
  if (!found) return take(scan, otherDollar)?.[0] ?? refuseDollar(scan);
  const [, plain, braced, colon, fallback = ''] = found;
  const value = scan.env[plain ?? braced ?? ''];
  return value === undefined || (value === '' && colon === ':') ? fallback : value;
}

function refuseDollar(scan: Scan): never {
  if (scan.text.startsWith('${', scan.at)) {
    const problem = `\${…}: only \${NAME} and \${NAME:-default} are read here, without quotes in it`;
    throw faultAt(scan, scan.at, problem);
  }
  throw faultAt(scan, scan.at, '$(…: commands and calculations are not run here');
}

const substitution = (scan: Scan): Error => faultAt(scan, scan.at, '`…`: commands are not run here');

/** A value outside of quotes: its blanks part words. */
function addSplit(scan: Scan, value: string): void {
  for (const [index, part] of value.split(/[ \t\n]+/).entries()) {
    if (index > 0) endWord(scan);
    if (part !== '') add(scan, part);
  }
}

function add(scan: Scan, more: string): void {
  scan.word = (scan.word ?? '') + more;
}

function endWord(scan: Scan): void {
  if (scan.word !== undefined) scan.words.push(scan.word);
  scan.word = undefined;
}

const next = (scan: Scan): string | undefined => scan.text[scan.at];

/** Reads on over what matches. */
function take(scan: Scan, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = scan.at;
  const found = pattern.exec(scan.text);
  if (found) scan.at = pattern.lastIndex;
  return found;
}

function faultAt(scan: Scan, at: number, problem: string): Error {
  return scan.fault(scan.text.slice(0, at).split('\n').length, problem);
}
