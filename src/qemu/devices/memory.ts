/** Main memory; `bytes` is a whole number of MiB. */
export function memory(bytes: number): string[] {
  return ['-m', `${bytes / 2 ** 20}M`];
}
