import { printable } from '../../base/printable.ts';

/** Milliseconds of each phase of a boot that its console has shown, in their order. */
export interface BootReport {
  phases: { phase: Phase; ms: number }[];
  /** From the start of QEMU to the first prompt, as far as there was one. */
  prompt?: number;
}

export type Phase = 'firmware' | 'boot loader' | 'kernel' | 'initramfs' | 'user space';

/** By which line of the console it is known that a phase has begun. */
const beginnings: [Phase, RegExp][] = [
  ['boot loader', /GNU GRUB|Welcome to GRUB|ISOLINUX|SYSLINUX|systemd-boot|BdsDxe: starting/],
  ['kernel', /Linux version |^\[ {4}0\.0{6}\]|EFI stub: Loaded|Booting .*kernel/],
  [
    'initramfs',
    /Run \S+ as init process|Loading, please wait|dracut[:-]|:: running early hook|^vivarium: initramfs/,
  ],
  [
    'user space',
    /systemd\[1\]: (systemd \d+|Inserted|Hostname|Detected)|^Welcome to |INIT: version|OpenRC |^vivarium: (user space|leaving)/,
  ],
];

/** A shell's or a getty's prompt, or a word of ours; at the end of what was printed. */
const prompt = /(^|\n)(\S* ?login: ?|[^\n]{0,60}[#$] ?|vivarium: ready\n)$/;

/** Characters that are kept of the line that is being written. */
const longest = 4096;

/** Watches a boot by what the console prints, and when. */
export class BootWatch {
  readonly #marks = new Map<Phase | 'prompt', number>();
  readonly #started: number;
  #rest = '';

  /** @param started when QEMU was started, in the milliseconds that `see` is given */
  constructor(started: number) {
    this.#started = started;
  }

  /** @param now milliseconds */
  see(bytes: Uint8Array, now: number): void {
    if (this.#marks.has('prompt')) return;
    const text = this.#rest + printable(Buffer.from(bytes).toString('latin1'));
    for (const line of text.split('\n')) {
      for (const [phase, pattern] of beginnings) {
        if (!this.#marks.has(phase) && pattern.test(line)) this.#marks.set(phase, now - this.#started);
      }
    }
    const begun = this.#marks.has('user space') || this.#marks.has('initramfs') || this.#marks.has('kernel');
    if (prompt.test(text.slice(-200)) && (begun || /login: ?$/.test(text))) {
      this.#marks.set('prompt', now - this.#started);
    }
    this.#rest = text.slice(text.lastIndexOf('\n') + 1).slice(-longest);
  }

  /** It has booted, which is known otherwise than by what the console prints. Only the first time counts. */
  ready(now: number): void {
    if (!this.#marks.has('prompt')) this.#marks.set('prompt', now - this.#started);
  }

  /** What is known by now; a phase ends where the next one that was seen begins. */
  report(): BootReport {
    const begun = [...beginnings.map(([phase]) => phase)].flatMap((phase) => {
      const at = this.#marks.get(phase);
      return at === undefined ? [] : [{ phase, at }];
    });
    const ordered = begun.filter(({ at }, index) => begun.slice(0, index).every((other) => other.at <= at));
    const ends = [...ordered.slice(1).map(({ at }) => at), this.#marks.get('prompt')];
    const phases = ordered.flatMap(({ phase, at }, index) => {
      const end = ends[index];
      return end === undefined ? [] : [{ phase, ms: end - at }];
    });
    const first = ordered[0];
    const prompt = this.#marks.get('prompt');
    return {
      phases: [...(first ? [{ phase: 'firmware' as const, ms: first.at }] : []), ...phases],
      ...(prompt !== undefined && { prompt }),
    };
  }
}
