/** One value of a QEMU option; undefined leaves the key out. */
type Value = string | number | boolean | undefined;

/**
 * The text of a QEMU option, `first,key=value,…`. A comma in a value is doubled and a boolean is on or off, as
 * QEMU's option parser wants it (util/keyval.c, util/qemu-option.c).
 */
export function option(first: string, values: Record<string, Value> = {}): string {
  const pairs = Object.entries(values)
    .filter((pair): pair is [string, string | number | boolean] => pair[1] !== undefined)
    .map(([key, value]) => `${key}=${typeof value === 'boolean' ? (value ? 'on' : 'off') : escaped(value)}`);
  return [first, ...pairs].filter((part) => part !== '').join(',');
}

const escaped = (value: string | number): string => String(value).replaceAll(',', ',,');

/** The reverse: pairs in their order, the value of a key without `=` undefined. A first part without `=` is such a key. */
export function readOption(text: string): [key: string, value: string | undefined][] {
  const parts = text.match(/(?:[^,]|,,)+/g) ?? [];
  return parts.map((part) => {
    const [, key = '', value] = /^([^=]*)(?:=([\s\S]*))?$/.exec(part.replaceAll(',,', ',')) ?? [];
    return [key, value];
  });
}
