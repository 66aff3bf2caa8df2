/** One end of a copy: a path of the host, or of a machine's guest. */
export interface CopyPlace {
  /** Absent on the host. */
  machine?: string;
  /** In a guest relative to the home of its user. */
  path: string;
}

/** Reads `NAME:PATH` or a path of the host; one with a colon is written `./a:b`. */
export function parseCopyPlace(text: string): CopyPlace {
  const [, machine, path = ''] = /^([^/:]+):(.*)$/s.exec(text) ?? [];
  if (machine === undefined) return { path: text };
  return { machine, path: path.replace(/^~(?:\/+|$)/, '') || '.' };
}

/** Whether a path stands for what is in a directory rather than for the directory: `a/.`, as cp has it. */
export function meansContents(path: string): boolean {
  return /(?:^|\/)\.{1,2}$|^\/+$/.test(path);
}

/** The last name of a path. */
export function lastName(path: string): string {
  return path.replace(/\/+$/, '').replace(/^.*\//s, '');
}
