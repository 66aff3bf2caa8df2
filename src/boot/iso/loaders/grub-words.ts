/**
 * The words of GRUB's scripts, quoted as in a shell.
 * Source: "Writing full configuration files directly" in GRUB's manual, and grub-core/script/yylex.l.
 */
export interface GrubWord {
  parts: WordPart[];
}

export interface WordPart {
  kind: 'text' | 'variable';
  value: string;
  /** A variable's value is one word then, however many spaces it has. */
  quoted: boolean;
}

/** A word, or what stands between commands: the end of a line, `;`, `{` and `}`. */
export type GrubToken = { kind: 'word'; word: GrubWord } | { kind: 'end' | 'open' | 'close' };

const variable = /\$(?:\{([^}\n]*)\}|([A-Za-z_][A-Za-z0-9_]*|[0-9@#*?]))/y;

export function grubTokens(script: string): GrubToken[] {
  const text = script.replaceAll('\r\n', '\n');
  const tokens: GrubToken[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text[at] as string;
    if (char === ' ' || char === '\t') at++;
    else if (char === '\\' && text[at + 1] === '\n') at += 2;
    else if (char === '#') at = lineEnd(text, at);
    else if (separators.includes(char)) {
      tokens.push({ kind: 'end' });
      at++;
    } else {
      const { word, end } = wordAt(text, at);
      const bare = text.slice(at, end);
      if (bare === '{') tokens.push({ kind: 'open' });
      else if (bare === '}') tokens.push({ kind: 'close' });
      else tokens.push({ kind: 'word', word });
      at = end;
    }
  }
  return tokens;
}

const separators = ['\n', ';', '&', '|'];

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

function wordAt(text: string, start: number): { word: GrubWord; end: number } {
  const parts: WordPart[] = [];
  const add = (value: string, quoted: boolean) => parts.push({ kind: 'text', value, quoted });
  let at = start;
  let within = false; // double quotes
  while (at < text.length) {
    const char = text[at] as string;
    if (!within && (/\s/.test(char) || separators.includes(char))) break;
    if (char === "'" && !within) {
      const close = text.indexOf("'", at + 1);
      const end = close < 0 ? text.length : close;
      add(text.slice(at + 1, end), true);
      at = end + 1;
    } else if (char === '"') {
      within = !within;
      if (within) add('', true);
      at++;
    } else if (char === '\\') {
      const next = text[at + 1] ?? '';
      const kept = within && !'"$\\\n'.includes(next);
      if (next !== '\n') add(kept ? char + next : next, true);
      at += 2;
    } else {
      variable.lastIndex = at;
      const found = char === '$' ? variable.exec(text) : null;
      if (found) {
        parts.push({ kind: 'variable', value: found[1] ?? found[2] ?? '', quoted: within });
        at = variable.lastIndex;
      } else {
        const stop = within ? /["\\$]/g : /[\s;&|'"\\$]/g;
        stop.lastIndex = at + 1;
        const end = stop.exec(text)?.index ?? text.length;
        add(text.slice(at, end), within);
        at = end;
      }
    }
  }
  return { word: { parts }, end: at };
}

/** What a word says once its variables are replaced: no, one or several words. */
export function expandWord({ parts }: GrubWord, take: (name: string) => string): string[] {
  const words: string[] = [];
  let current: string | undefined;
  for (const { kind, value, quoted } of parts) {
    const text = kind === 'variable' ? take(value) : value;
    if (kind === 'text' || quoted) {
      current = (current ?? '') + text;
      continue;
    }
    const [first = '', ...rest] = text.split(/[ \t\n]+/);
    if (first !== '') current = (current ?? '') + first;
    for (const next of rest) {
      if (current !== undefined) words.push(current);
      current = next === '' ? undefined : next;
    }
  }
  if (current !== undefined) words.push(current);
  return words;
}
