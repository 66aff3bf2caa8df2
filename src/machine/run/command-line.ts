/** A kernel's command line: the words of each part in their order; without a console of its own, on the serial line. */
export function commandLine(...parts: (string | readonly string[] | undefined)[]): string {
  const words = parts.flatMap((part) => (typeof part === 'string' ? part.split(/\s+/) : (part ?? [])));
  const said = words.filter((word) => word !== '');
  const consoles = said.some((word) => word.startsWith('console=')) ? [] : [serial];
  return [...consoles, ...said].join(' ');
}

const serial = 'console=ttyS0,115200';
