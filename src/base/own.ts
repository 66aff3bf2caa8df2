/** An entry of a table by a name that somebody else has chosen: never what every object has, such as `constructor`. */
export function own<Value>(table: Record<string, Value>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
