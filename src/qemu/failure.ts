/** Some arguments of a command line, and what made them. */
interface Sourced {
  source: string;
  args: readonly string[];
}

/** What QEMU's last words mean to whoever wrote the machine. */
export interface Explanation {
  /** The key or template that made the argument QEMU complains about, where it can be told. */
  source: string | undefined;
  /** A sentence on what to do. */
  advice: string;
}

/**
 * QEMU's usual complaints, and what helps: `$1` is the first group, `KEY` the source. Where QEMU does not name the
 * option that it complains about, the third finds it: `-option value`.
 */
const remedies: [complaint: RegExp, remedy: string, option?: RegExp][] = [
  [
    /invalid kernel header|could not load kernel/,
    'That is no kernel: it takes a bzImage or an ELF vmlinux in KEY.',
    /^-kernel /,
  ],
  [
    /Could not set up host forwarding rule '(?:tcp|udp):[^:]*:(\d+)/,
    'Port $1 is taken on this host: choose another in KEY.',
  ],
  [
    /Failed to get "?(?:shared )?"?(?:write|consistent read)"? lock/,
    'Another QEMU has this disk open: stop that one, or give this machine a disk of its own in KEY.',
  ],
  [
    /Could not access KVM|failed to initialize kvm|KVM is not (?:supported|available)|failed to set MSR/i,
    'KVM is of no use here: set accelerator to auto. More: vm doctor',
  ],
  [/No space left on device/, 'The disk of the host is full: free some space.'],
  [/Permission denied/, 'You may not open that file: check its owner and mode, named in KEY.'],
  [/No such file or directory/, 'The file is not there: correct KEY.'],
  [/Image is not in (\S+) format/, 'The file is not $1: correct the format in KEY.'],
  [
    /cannot set up guest memory|Cannot allocate memory/,
    'The host has too little memory free: give the machine less in KEY.',
    /^-m /,
  ],
  [
    /gtk initialization failed|Could not initialize SDL|no DISPLAY|Display '\S+' is not available/i,
    'No window can be opened here: set display to none or vnc.',
    /^-display /,
  ],
  [
    /unsupported machine type|Unsupported machine type/,
    'See the machine types of this QEMU: qemu-system-x86_64 -machine help',
    /^-machine (?!memory-backend=)/,
  ],
  [
    /Invalid SMP CPUs \d+\. The max CPUs supported by machine '[^']*' is (\d+)/,
    'This machine type takes $1 CPUs at most: lower cpus in KEY.',
    /^-smp /,
  ],
  [
    /unable to find CPU model|CPU model '?\S+'? (?:not found|requires)/i,
    'See the CPU models of this QEMU: qemu-system-x86_64 -cpu help',
  ],
  [
    /sandbox support is not enabled/,
    "This QEMU was built without seccomp, which vivarium starts it with: take your distribution's QEMU.",
  ],
  [
    /is not a valid device model|Device '?\S+'? not found|Property '\S+' not found|invalid option|Invalid parameter|drive with bus=/i,
    'This QEMU does not know what KEY asks for: correct it. See: qemu-system-x86_64 -help',
  ],
];

/**
 * Leads QEMU's complaint back to its cause. QEMU puts the option before the message
 * (`qemu-system-x86_64: -device foo: …`); else a value of the arguments that the message quotes tells.
 */
export function explainFailure(said: readonly string[], parts: readonly Sourced[]): Explanation {
  const text = said.join('\n');
  const named = sourceByOption(text, parts) ?? sourceByValue(text, parts);
  const remedy = remedies.find(([complaint]) => complaint.test(text));
  const option = remedy?.[2];
  const source = named ?? parts.findLast(({ args }) => option && hasOption(args, option))?.source;
  if (remedy) {
    const [complaint, advice] = remedy;
    const values: Record<string, string> = {
      KEY: source ?? 'machine.yaml',
      $1: complaint.exec(text)?.[1] ?? '',
    };
    const filled = advice.replaceAll(/KEY|\$1/g, (place) => values[place] ?? place);
    return { source, advice: filled };
  }
  return { source, advice: source ? `Correct ${source}, then start it again.` : 'All it said: vm logs' };
}

const hasOption = (args: readonly string[], option: RegExp) =>
  args.some((arg, index) => option.test(`${arg} ${args[index + 1]}`));

function sourceByOption(text: string, parts: readonly Sourced[]): string | undefined {
  const found = parts.filter(({ args }) =>
    args.some((arg, index) => {
      const value = args[index + 1];
      if (!arg.startsWith('-')) return false;
      return text.includes(value === undefined || value.startsWith('-') ? `: ${arg}:` : `: ${arg} ${value}:`);
    }),
  );
  const bare = parts.filter(({ args }) =>
    args.some((arg) => arg.startsWith('-') && text.includes(`: ${arg}: `)),
  );
  return (found.at(-1) ?? bare.at(-1))?.source;
}

function sourceByValue(text: string, parts: readonly Sourced[]): string | undefined {
  const quoted = [...text.matchAll(/['"‘“]([^'"’”]{3,})['"’”]/g)].map((match) => match[1] as string);
  const named = (value: string) =>
    parts.findLast(({ args }) => args.some((arg) => arg.split(/[=,]/).some((piece) => piece === value)));
  for (const value of quoted) {
    const part = named(value);
    if (part) return part.source;
  }
  return undefined;
}
