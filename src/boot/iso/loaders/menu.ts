/** A kernel that a boot loader's configuration offers. Paths are absolute, below the root of what the loader reads. */
export interface MenuEntry {
  title: string;
  kernel: string;
  initrds: string[];
  append: string;
  default: boolean;
}

export interface Menu {
  entries: MenuEntry[];
  /** Seconds until the loader goes on by itself; absent where it waits for somebody. */
  timeout?: number | undefined;
}

/** What a loader reads: its own configuration and what that includes. */
export interface LoaderFiles {
  /** The text of a configuration file, undefined where there is none at that path. */
  text(path: string): string | undefined;
  hasFile(path: string): boolean;
  hasDirectory(path: string): boolean;
}

/** Bounds for configurations that nobody vouches for: entries of a menu, and files inside files. */
export const mostEntries = 500;
export const deepest = 16;
