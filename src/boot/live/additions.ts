/** What is put into a guest as it boots, with nothing built anew. */
export interface Additions {
  inject: Injection[];
  /** Becomes /etc/profile.d/vivarium.sh of the guest's root, and the environment of the job. */
  env: Record<string, string>;
  /** All that the guest is to do. Absent: the system's own init. */
  job?: Job;
}

export interface Injection {
  /** A file or directory of the host. */
  from: string;
  /** Absolute, in the guest. */
  to: string;
  /** Patterns of what is left out, as `treeEntries` takes them. */
  exclude?: string[];
}

/** A command, or a root shell, as the guest's first process; the guest is switched off when it ends. */
export interface Job {
  /** A program with its arguments; a shell where there is none. */
  command?: string[];
  /** On the console, with a terminal; else on the ports of qemu/devices/job.ts. */
  terminal: boolean;
  /** Where it runs, absolute, in the guest; /root if not given. */
  directory?: string;
}
