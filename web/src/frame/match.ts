/**
 * How well the letters of a query are found in a text, in their order: higher is better, undefined where they are not
 * all there. The beginning of a word counts more than its middle, letters together more than apart.
 */
export function match(query: string, text: string): number | undefined {
  const wanted = query.toLowerCase().replaceAll(/\s+/g, '');
  const within = text.toLowerCase();
  let score = 0;
  let at = -1;
  for (const letter of wanted) {
    const next = nextPlace(within, letter, at);
    if (next < 0) return undefined;
    score += next === at + 1 ? 3 : startsWord(within, next) ? 2 : 0;
    at = next;
  }
  return score - within.length / 100;
}

/** The letter right behind, else the nearest that begins a word, else the nearest. */
function nextPlace(text: string, letter: string, at: number): number {
  if (text[at + 1] === letter) return at + 1;
  for (let place = at + 1; place < text.length; place++) {
    if (text[place] === letter && startsWord(text, place)) return place;
  }
  return text.indexOf(letter, at + 1);
}

const startsWord = (text: string, at: number): boolean => at === 0 || /[^a-z0-9]/.test(text[at - 1] ?? '');
