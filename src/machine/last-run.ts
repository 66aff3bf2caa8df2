/** What `finish` says at the end of a run (share/service/finish.sh): what follows is of the next one. */
const endOfRun = /vivarium: QEMU was [^\n]*; (?:down|restart)[^\n]*\n/g;

/** What it says of a run that goes on later: the guest knows nothing of it. */
const suspension = /vivarium: QEMU was [^\n]*; suspended[^\n]*\n/g;

/**
 * What a machine's log has of the output of its last run: all where it has no end of one before. Pure.
 * @param log each byte a letter of latin1, or text
 */
export function lastRunOf(log: string): string {
  const from = [...log.matchAll(endOfRun)].reduce((_, it) => it.index + it[0].length, 0);
  return log.slice(from).replaceAll(suspension, '');
}
