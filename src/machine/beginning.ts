const lineFeed = 0x0a;
const esc = 0x1b;

/** Where in a piece of a console's output the rest of a line or of an escape sequence ends that began before it. */
export function beginningIn(output: Uint8Array): number {
  const [line, sequence] = [output.indexOf(lineFeed) + 1, output.indexOf(esc)];
  return sequence >= 0 && (line === 0 || sequence < line) ? sequence : line;
}
