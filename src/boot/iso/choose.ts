import type { IsoBoot, IsoEntry, IsoKind } from './iso.ts';

/** What one does not want where nobody chooses; the heavier, the less. Looked for in the title and the command line. */
const unwanted: [weight: number, pattern: RegExp][] = [
  [100, /memtest|memory test|test memory|\bmem(?:ory)?\b.*\btest/i],
  [60, /\bcheck\b|verif|integrity|test (?:this )?media|rd\.live\.check|mediacheck|checksum/i],
  [50, /rescue|repair|recovery/i],
  [40, /speech|speakup|braille|screen reader|accessibility=|talking/i],
  [40, /fail-?safe|safe graphics|basic graphics|compatib|nomodeset|troubleshoot|\bdebug\b/i],
  [30, /automat|expert|oem|preseed|kiosk|fips|persisten|encrypt|forensic/i],
  [20, /\bcopy\b.*\bram\b|copytoram|\btoram\b|netboot|\bnfs|\bxen\b/i],
];

/** What is wanted of an ISO of a kind: its command lines have this. */
const wanted: Partial<Record<IsoKind, RegExp>> = {
  'debian-live': /(?:^|\s)boot=live(?:\s|$)/,
};

/**
 * The entry to boot directly, with no boot loader and nobody to choose: the loader's default, unless that tests
 * the memory or the medium, speaks, or draws. Undefined where the ISO has none.
 */
export function chooseEntry({ kind, entries }: Pick<IsoBoot, 'kind' | 'entries'>): IsoEntry | undefined {
  const weights = new Map(entries.map((entry) => [entry, weightOf(entry, kind)]));
  return entries.toSorted((a, b) => (weights.get(a) ?? 0) - (weights.get(b) ?? 0))[0];
}

function weightOf(entry: IsoEntry, kind: IsoKind): number {
  const text = `${entry.title}\n${entry.append}\n${entry.kernel}`;
  const weights = unwanted.map(([weight, pattern]) => (pattern.test(text) ? weight : 0));
  if (!(wanted[kind]?.test(entry.append) ?? true)) weights.push(200);
  // A kernel that is none of Linux has no initramfs; of Linux on an ISO, hardly any has not.
  if (entry.initrds.length === 0) weights.push(80);
  // The Debian installer's graphical variant shows nothing on a serial console.
  if (entry.initrds.some((path) => path.includes('/gtk/')) || /graphical install/i.test(entry.title)) {
    weights.push(35);
  }
  if (!entry.default) weights.push(1);
  return weights.reduce((sum, weight) => sum + weight, 0);
}
