import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const mod = join(import.meta.dirname, '../luanti/vivarium');

/** A text that is given to the game to be translated: `S("…"`, or `S("…" .. "…"`. */
const given = /(?<!\w)S\(\s*("(?:[^"\\\n]|\\.)*"(?:\s*\.\.\s*"(?:[^"\\\n]|\\.)*")*)/g;

/**
 * What translators of the Luanti mod begin with: each text for players once, by the file that says it first (Luanti's
 * lua_api.txt, "Translations").
 */
export function luantiTemplate(note: string): string {
  const known = new Set<string>();
  const parts = [`# textdomain: vivarium\n# ${note}\n`];
  for (const file of globSync('**/*.lua', { cwd: mod }).sort()) {
    const texts = textsOf(readFileSync(join(mod, file), 'utf8')).filter((text) => !known.has(text));
    const fresh = [...new Set(texts)];
    for (const text of fresh) known.add(text);
    if (fresh.length > 0) parts.push(`\n## ${file}\n${fresh.map((text) => `${escaped(text)}=\n`).join('')}`);
  }
  return parts.join('');
}

const textsOf = (source: string): string[] =>
  [...source.matchAll(given)].map(([, pieces = '']) =>
    [...pieces.matchAll(/"((?:[^"\\]|\\.)*)"/g)]
      .map(([, text = '']) => text.replaceAll(/\\(.)/g, '$1'))
      .join(''),
  );

const escaped = (text: string): string => text.replaceAll('=', '@=');
