/** A login, or a shell; a prompt has no line end behind it. */
const prompt = /(?:\blogin:|[#$]) ?$/;
/** The same, into which the kernel's news has run. */
const promptAndNews = /(?:\blogin:|[#$]) ?\[ *\d+\.\d{6}\] /;
/** What the kernel, or who speaks like it, says whenever it likes. */
const news = /^(?:\[ *\d+\.\d{6}\] .*)?$/;

/** Where a console waits for somebody: a prompt among what it has said, of which the last line is being written. */
export function promptIn(lines: readonly string[]): string | undefined {
  return lines.find((it) => promptAndNews.test(it)) ?? lines.slice(-1).find((it) => prompt.test(it));
}

/** Whether it waits after having said `lines`. @param waited whether it did before */
export function waitsAfter(waited: boolean, lines: readonly string[]): boolean {
  return promptIn(lines) !== undefined || (waited && lines.every((it) => news.test(it)));
}
