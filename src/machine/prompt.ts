/**
 * What a console ends with that waits: a login; the sign of a shell, which is no part of a percentage, an arrow or a bar;
 * the word of a BusyBox that starts none before it is asked to (OpenWrt's).
 */
const sign = String.raw`\blogin:|[#$❯]|(?:^|[^\d\s])%(?= )|[^\s=>-]>|press enter to activate this console\.`;
/** No line end is behind a prompt. */
const prompt = new RegExp(`(?:${sign}) ?$`, 'i');
/** The same, into which the kernel's news has run. */
const promptAndNews = new RegExp(String.raw`(?:${sign}) ?\[ *\d+\.\d{6}\] `, 'i');
/** Who asks before there is a system: a boot loader, the firmware. */
const early = /^\s*(?:grub|grub rescue|shell|(?:fs|blk)\d+:.*)> ?/i;
/** What the kernel, or who speaks like it, says whenever it likes. */
const news = /^(?:\[ *\d+\.\d{6}\] .*)?$/;

/** Where a console waits for somebody: a prompt among what it has said, of which the last line is being written. */
export function promptIn(lines: readonly string[]): string | undefined {
  const asks = (it: string, how: RegExp) => how.test(it) && !early.test(it);
  return lines.find((it) => asks(it, promptAndNews)) ?? lines.slice(-1).find((it) => asks(it, prompt));
}

/** Whether it waits after having said `lines`. @param waited whether it did before */
export function waitsAfter(waited: boolean, lines: readonly string[]): boolean {
  return promptIn(lines) !== undefined || (waited && lines.every((it) => news.test(it)));
}
