/**
 * Why a disk that somebody else made is not opened: it leads to other files, or it is damaged. `problem` completes
 * "FILE: …".
 */
export interface Verdict {
  code: 'image-unsafe' | 'image-unreadable';
  problem: string;
}

export const unsafe = (problem: string): Verdict => ({ code: 'image-unsafe', problem });
export const unreadable = (problem: string): Verdict => ({ code: 'image-unreadable', problem });

/** What a file ought to have, and has. */
export const cutOff = (wanted: number, size: number): Verdict =>
  unreadable(`it is cut off: ${size} bytes of at least ${wanted}`);
