const factors: Record<string, number> = {
  '': 1,
  B: 1,
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
  T: 2 ** 40,
  P: 2 ** 50,
};

/**
 * Bytes of a size as QEMU writes them: `512M`, `2G`, `1.5G`, `20GiB`, `4096`. Suffixes are powers of 1024.
 * @returns undefined where the text is no size of at least one byte
 */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGTP]?)(?:i?B)?$/i.exec(text.trim());
  if (!match) return undefined;
  const bytes = Number(match[1]) * (factors[(match[2] ?? '').toUpperCase()] ?? Number.NaN);
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
}

/** The shortest exact size: 1073741824 is `1G`, 1536 is `1536`. `parseSize` reads it back. */
export function exactSize(bytes: number): string {
  for (const suffix of ['P', 'T', 'G', 'M', 'K']) {
    const factor = factors[suffix] ?? 1;
    if (bytes >= factor && bytes % factor === 0) return `${bytes / factor}${suffix}`;
  }
  return String(bytes);
}

/** A size for people, four digits at most: 1610612736 is `1.5G`. */
export function roundSize(bytes: number): string {
  for (const suffix of ['P', 'T', 'G', 'M', 'K']) {
    const value = bytes / (factors[suffix] ?? 1);
    if (value >= 1) return `${value >= 10 ? Math.round(value) : Number(value.toFixed(1))}${suffix}`;
  }
  return `${bytes}B`;
}
