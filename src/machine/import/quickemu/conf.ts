import { splitWords } from '../../words.ts';
import { quote, type Said } from '../said.ts';

/** One variable of a .conf as bash would have set it. */
export interface Assignment {
  /** As it stands in the file. */
  what: string;
  line: number;
  /** A plain variable has one. */
  values: string[];
}

export interface Conf {
  variables: Map<string, Assignment>;
  /** Variables that others were set by. */
  used: Set<string>;
  /** What is no assignment of plain values, and would have to be run. */
  left: Said[];
}

/**
 * Reads a quickemu .conf, which bash would execute, as data: assignments of words and lists of words, with the
 * variables of `env` and those that were set before. Whatever else stands in it is left.
 */
export function readConf(text: string, env: Record<string, string | undefined>): Conf {
  const conf: Conf = { variables: new Map(), used: new Set(), left: [] };
  const known: typeof env = Object.assign(Object.create(null), env);
  for (const { what, line } of statements(text)) {
    const leave = (why: string) => conf.left.push({ what: quote(what), line, why });
    const [head, key, more, list] = assignment.exec(what) ?? [];
    if (head === undefined || key === undefined) {
      leave('is shell code, which is never run here: what it would set is to be set by hand');
      continue;
    }
    const end = list ? endOf(what, head.length, ')') : what.length;
    const words = readWords(what.slice(head.length, end), known);
    if (typeof words === 'string') leave(words);
    else if (list && end === what.length) leave('a bracket ( is not closed');
    else if (list ? withoutComments(what.slice(end + 1)).trim() !== '' : words.length > 1)
      leave('is a command, and none is run here');
    else {
      const before = more ? conf.variables.get(key) : undefined;
      const values = list
        ? [...(before?.values ?? []), ...words]
        : [(before?.values ?? []).join('') + (words[0] ?? '')];
      const plain = quote(withoutComments(what));
      conf.variables.set(key, {
        what: before ? `${before.what} ${plain}` : plain,
        line: before?.line ?? line,
        values,
      });
      for (const [, name = ''] of what.matchAll(variable)) conf.used.add(name);
      known[key] = values[0] ?? '';
    }
  }
  return conf;
}

const assignment = /^(?:export[ \t]+)?([A-Za-z_]\w*)(\+?)=(\()?/;
const variable = /\$\{?([A-Za-z_]\w*)/g;

/** The words of a value, or what keeps them from being read. */
function readWords(text: string, env: Record<string, string | undefined>): string[] | string {
  const unset = [...text.matchAll(variable)]
    .map(([, name = '']) => name)
    .find((name) => env[name] === undefined);
  if (unset !== undefined) return `the variable ${unset} is not set here: set by hand what it stands for`;
  if (/\$['"]/.test(text)) return "only bash reads $'…': set it by hand";
  let problem: string | undefined;
  try {
    return splitWords(text, env, (_, said) => {
      problem = said;
      return new Error(said);
    });
  } catch (error) {
    if (problem === undefined) throw error;
    return problem;
  }
}

interface Statement {
  what: string;
  line: number;
}

/** The statements of a shell script, without blank lines and comments; `if … fi` and the like are one each. */
function* statements(text: string): Generator<Statement> {
  let block: (Statement & { depth: number }) | undefined;
  let line = 1;
  for (let at = 0; at < text.length; ) {
    listStart.lastIndex = at;
    const list = listStart.exec(text)?.[0];
    const end = endOf(text, list ? endOf(text, at + list.length, ')') : at, '\n');
    const raw = text.slice(at, end);
    const what = raw.trim();
    const depth = (block?.depth ?? 0) + nesting(what);
    if (block) Object.assign(block, { what: `${block.what}\n${what}`, depth });
    else if (depth > 0) block = { what, line, depth };
    else if (what !== '' && !what.startsWith('#')) yield { what, line };
    if (block && depth <= 0) {
      yield block;
      block = undefined;
    }
    line += raw.split('\n').length;
    at = end + 1;
  }
  if (block) yield block;
}

const listStart = /[ \t]*(?:export[ \t]+)?[A-Za-z_]\w*\+?=\(/y;
const quoted = /\\[\s\S]|'[^']*'|"(?:[^"\\]+|\\[\s\S])*"|(?<=^|\s)#[^\n]*/g;
const openers = /(?:^|[;&|]|\b(?:then|do|else))\s*(?:if|for|while|until|case|select)\b|\{$/g;
const closers = /(?:^|[;&|])\s*(?:fi|done|esac|\})(?!\w)/g;

const withoutComments = (statement: string): string =>
  statement.replaceAll(quoted, (piece) => (piece.startsWith('#') ? '' : piece));

/** How many blocks a statement opens and does not close. */
function nesting(statement: string): number {
  const bare = statement.replaceAll(quoted, '');
  return (bare.match(openers)?.length ?? 0) - (bare.match(closers)?.length ?? 0);
}

const piece = /\\[\s\S]?|'[^']*'?|"(?:[^"\\]+|\\[\s\S]?)*"?|(?<=^|[\s(])#[^\n]*|[^\\'"#)\n]+|[#)\n]/y;

/** Where the first `sign` outside of quotes and comments stands, from `at` on; else the end of the text. */
function endOf(text: string, at: number, sign: '\n' | ')'): number {
  for (piece.lastIndex = at; piece.lastIndex < text.length; ) {
    const start = piece.lastIndex;
    const [found] = piece.exec(text) ?? [];
    if (found === sign || found === undefined) return start;
  }
  return text.length;
}
