import type { Terminal } from '@xterm/headless';
import { coreOf } from './xterm-core.ts';

/** Accents that one character can have: a guest could print them for ever, and all would be kept. */
const most = 8;

/**
 * Has an accent too many stand for itself; all else stays as wide as it was. What is known of a character is one
 * number (UnicodeService.createPropertyValue of xterm.js): 1 if it joins the one before, 2 times its width, and
 * 8 times a number of the provider's own: here the accents so far.
 */
export function boundMarks(terminal: Terminal): void {
  const usual = coreOf(terminal).unicodeService._providers[terminal.unicode.activeVersion];
  if (!usual) throw new Error('xterm.js has no widths');
  const version = `${usual.version}, bounded`;
  terminal.unicode.register({
    version,
    wcwidth: (codepoint) => usual.wcwidth(codepoint),
    charProperties: (codepoint, preceding) => {
      const properties = usual.charProperties(codepoint, preceding);
      if ((properties & 1) === 0) return properties;
      const marks = (preceding >> 3) + 1;
      return marks > most ? 2 : properties | (marks << 3);
    },
  });
  terminal.unicode.activeVersion = version;
}
