import { type GrubToken, type GrubWord, grubTokens } from './grub-words.ts';
import { deepest } from './menu.ts';

/** A command of a GRUB script. */
export type GrubCommand =
  /** `words`, and the `{ … }` behind them, as `menuentry` has one. */
  | { kind: 'simple'; words: GrubWord[]; block?: GrubCommand[] }
  | { kind: 'if'; branches: GrubBranch[]; otherwise: GrubCommand[] }
  | { kind: 'for'; name: string; words: GrubWord[]; body: GrubCommand[] }
  | { kind: 'while'; until: boolean; condition: GrubCommand[]; body: GrubCommand[] }
  | { kind: 'function'; name: string; body: GrubCommand[] };

/** A condition holds where its last command succeeds. */
export interface GrubBranch {
  condition: GrubCommand[];
  body: GrubCommand[];
}

/** Commands inside commands that are still read. */
const deepestBlock = deepest * 4;

/**
 * Reads a script. What it has not closed ends with it, and what it closes too often is passed over: a boot
 * loader's menu is wanted of whatever is there.
 */
export function parseGrubScript(script: string): GrubCommand[] {
  const tokens = grubTokens(script);
  let at = 0;
  let depth = 0;

  const keyword = (): string | undefined => {
    const token = tokens[at];
    if (token?.kind === 'close') return '}';
    const [part, ...more] = token?.kind === 'word' ? token.word.parts : [];
    return part?.kind === 'text' && !part.quoted && more.length === 0 ? part.value : undefined;
  };

  /** Commands up to one of `ends`, which is left to be read. */
  const list = (ends: readonly string[]): GrubCommand[] => {
    const commands: GrubCommand[] = [];
    if (++depth > deepestBlock) at = tokens.length;
    while (at < tokens.length) {
      const word = keyword();
      if (word !== undefined && ends.includes(word)) break;
      const before = at;
      const command = tokens[at]?.kind === 'word' ? commandOf(word) : undefined;
      if (command) commands.push(command);
      if (at === before) at++;
    }
    depth--;
    return commands;
  };

  const commandOf = (word: string | undefined): GrubCommand | undefined => {
    if (word === 'if') return conditional();
    if (word === 'for') return loop();
    if (word === 'while' || word === 'until') {
      at++;
      const condition = list(['do']);
      at++;
      return { kind: 'while', until: word === 'until', condition, body: closedBy('done') };
    }
    if (word === 'function') {
      at++;
      const name = keyword() ?? '';
      at++;
      while (tokens[at]?.kind === 'end') at++;
      at++;
      return { kind: 'function', name, body: closedBy('}') };
    }
    return simple();
  };

  const closedBy = (end: string): GrubCommand[] => {
    const body = list([end]);
    at++;
    return body;
  };

  const conditional = (): GrubCommand => {
    const branches: GrubBranch[] = [];
    let otherwise: GrubCommand[] = [];
    for (let word = keyword(); word === 'if' || word === 'elif'; word = keyword()) {
      at++;
      const condition = list(['then', 'fi']);
      if (keyword() === 'then') at++;
      branches.push({ condition, body: list(['elif', 'else', 'fi']) });
    }
    if (keyword() === 'else') {
      at++;
      otherwise = list(['fi']);
    }
    at++;
    return { kind: 'if', branches, otherwise };
  };

  const loop = (): GrubCommand => {
    at++;
    const name = keyword() ?? '';
    at++;
    if (keyword() === 'in') at++;
    const words = wordsOfLine();
    list(['do']);
    at++;
    return { kind: 'for', name, words, body: closedBy('done') };
  };

  const wordsOfLine = (): GrubWord[] => {
    const words: GrubWord[] = [];
    for (let token: GrubToken | undefined = tokens[at]; token?.kind === 'word'; token = tokens[at]) {
      words.push(token.word);
      at++;
    }
    return words;
  };

  const simple = (): GrubCommand => {
    const words = wordsOfLine();
    if (tokens[at]?.kind !== 'open') return { kind: 'simple', words };
    at++;
    return { kind: 'simple', words, block: closedBy('}') };
  };

  return list([]);
}
