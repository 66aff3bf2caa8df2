import { quoteWord } from '../engine.ts';

/** The flags of `vm make`, where they are called otherwise than the parameters. */
const flags: Record<string, string> = { name: '', iso: '' };

/** What one would type to have the same made: `vm make web --image tiny --memory 512M`. */
export function typed(parameters: Record<string, unknown>): string {
  const words = Object.entries(parameters).flatMap(([key, value]) => {
    const flag = flags[key] ?? `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value === true) return [flag];
    if (value === false || value === undefined) return [];
    const secret = key === 'password' ? '…' : undefined;
    return [value].flat().map((item) => `${flag} ${secret ?? quoteWord(String(item))}`.trim());
  });
  return ['vm make', ...words].join(' ');
}
