import { posix } from 'node:path';

/** Where the bytes of a file lie in an ISO, in their order. */
export interface Extent {
  offset: number;
  length: number;
}

export interface IsoFile {
  path: string;
  size: number;
  extents: Extent[];
}

/** The files of an ISO, found as a boot loader finds them. */
export interface IsoListing {
  files: readonly IsoFile[];
  /** The file at a path: through symbolic links, never above the root, by letters of the other case at last. */
  find(path: string): IsoFile | undefined;
  hasDirectory(path: string): boolean;
  /** Whether a file or a link has just this path. */
  hasName(path: string): boolean;
}

const block = 2048;

/** Symbolic links that are followed on the way to one file. */
const followed = 40;

/**
 * Reads what xorriso says to `-find / -type f -exec report_lba -- -find / -type l -exec lsdl --`. Names stand
 * in quotes as a shell takes them, newlines and all, so that no name can look like a further line.
 */
export function parseListing(text: string): IsoListing {
  const files = new Map<string, IsoFile>();
  const links = new Map<string, string>();
  const row = /^(?:File data lba:\s*\d+ ,\s*(\d+) ,\s*(\d+) ,\s*(\d+) , |l\S{9}.*? )(?=')/gm;
  for (let match = row.exec(text); match; match = row.exec(text)) {
    const name = quoted(text, row.lastIndex);
    row.lastIndex = name.end;
    if (match[1] !== undefined) {
      const [start, blocks, size] = match.slice(1).map(Number) as [number, number, number];
      const file = files.get(name.text) ?? { path: name.text, size, extents: [] };
      const before = file.extents.reduce((sum, extent) => sum + extent.length, 0);
      const length = Math.min(blocks * block, size - before);
      file.extents.push({ offset: start * block, length });
      files.set(name.text, file);
    } else if (text.startsWith(' -> ', name.end)) {
      const target = quoted(text, name.end + ' -> '.length);
      row.lastIndex = target.end;
      links.set(name.text, target.text);
    }
  }
  return listing(files, links);
}

function listing(files: Map<string, IsoFile>, links: Map<string, string>): IsoListing {
  const directories = new Set(['/']);
  for (const path of [...files.keys(), ...links.keys()])
    for (let up = posix.dirname(path); !directories.has(up); up = posix.dirname(up)) directories.add(up);
  let folded: Map<string, IsoFile> | undefined;
  const resolved = (path: string) => follow(posix.resolve('/', path), links);
  return {
    files: [...files.values()],
    find: (path) => {
      const to = resolved(path);
      const exact = files.get(to);
      if (exact) return exact;
      folded ??= new Map([...files].map(([name, file]) => [name.toLowerCase(), file]));
      return folded.get(to.toLowerCase());
    },
    hasDirectory: (path) => directories.has(resolved(path)),
    hasName: (path) => files.has(path) || links.has(path),
  };
}

/** The path with every link in it followed; the path as far as that was done where they lead round in a circle. */
function follow(path: string, links: Map<string, string>): string {
  if (links.size === 0) return path;
  let left = followed;
  let done = '/';
  const names = path.split('/').filter((name) => name !== '');
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    const next = posix.join(done, name);
    const target = links.get(next);
    if (target === undefined || left-- === 0) done = next;
    else {
      const to = posix.resolve(done, target);
      names.unshift(...to.split('/').filter((part) => part !== ''));
      done = '/';
    }
  }
  return done;
}

/** The text in quotes as a shell writes it, `'a'"'"'b'`, that begins at `at`. */
function quoted(text: string, at: number): { text: string; end: number } {
  let value = '';
  let end = at;
  for (;;) {
    const quote = text[end];
    if (quote !== "'" && quote !== '"') return { text: value, end };
    const close = text.indexOf(quote, end + 1);
    if (close < 0) return { text: value + text.slice(end + 1), end: text.length };
    value += text.slice(end + 1, close);
    end = close + 1;
  }
}
