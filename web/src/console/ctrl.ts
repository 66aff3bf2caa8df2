/** What Ctrl makes of a key: `c` is 0x03, `[` is Escape; what has no such form stays as it is (ECMA-48, 5.2). */
export function withCtrl(key: string): string {
  if (key.length !== 1) return key;
  const code = key.toUpperCase().charCodeAt(0);
  return code >= 0x40 && code <= 0x5f ? String.fromCharCode(code - 0x40) : key === '?' ? '\u007f' : key;
}
