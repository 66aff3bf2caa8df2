/** What became of something that a cartridge holds. */
export interface EjectItem {
  what: 'process' | 'machine' | 'mount' | 'loop device' | 'directory';
  /** A path or a name. */
  name: string;
  /** `left`: it is still there, for `reason`. */
  done: 'ended' | 'stopped' | 'unmounted' | 'unmounted lazily' | 'freed' | 'removed' | 'kept' | 'left';
  reason?: string;
}

export interface EjectReport {
  directory: string;
  /** Nothing was done: these are what would be. */
  dryRun: boolean;
  items: EjectItem[];
}

export interface BuildReport {
  name: string;
  /** What came out, absolute. */
  iso: string;
  bytes: number;
  /** Milliseconds. */
  took: number;
  /** All that the builder said. */
  log?: string;
}

export interface CartridgeReport {
  /** The cartridge.yaml that was written. */
  file: string;
  name: string;
  /** What will build it, as cartridge.yaml calls it. */
  builder: string;
  /** By what it was known. */
  because: string;
}
