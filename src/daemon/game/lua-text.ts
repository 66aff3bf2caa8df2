/**
 * JSON without what Lua's readers of it fall over: U+0000 and halves of surrogate pairs are U+FFFD. As JSON.stringify
 * writes it, where both are escaped and nothing else is by these numbers.
 */
export function forLua(json: string): string {
  return json.replace(/\\(?:u([0-9a-f]{4})|.)/g, (written, code?: string) =>
    code === '0000' || code?.startsWith('d') ? '\ufffd' : written,
  );
}
