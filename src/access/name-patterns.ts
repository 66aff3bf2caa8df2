/** Whether one of the patterns is the name: in them `*` stands for any letters, `?` for one, all else for itself. */
export function matchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => matches(pattern, name));
}

/** Goes back to the last `*` alone, so that no pattern takes more than its length times the name's. */
function matches(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let taken = 0;
  for (let letter = 0; letter < name.length; ) {
    if (pattern[at] === '*') {
      star = at++;
      taken = letter;
    } else if (pattern[at] === '?' || pattern[at] === name[letter]) {
      at++;
      letter++;
    } else if (star >= 0) {
      at = star + 1;
      letter = ++taken;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
