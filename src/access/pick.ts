/** These of an object's keys, as far as it has them. */
export function pick<Whole extends object, Key extends keyof Whole>(
  whole: Whole,
  ...keys: Key[]
): Pick<Whole, Key> {
  const there = keys.filter((key) => Object.hasOwn(whole, key));
  return Object.fromEntries(there.map((key) => [key, whole[key]])) as Pick<Whole, Key>;
}
