/** What `finish` says at the end of a run (share/service/finish.sh): what follows is of the next one. */
const endOfRun = /vivarium: QEMU was [^\n]*; (?:down|restart)[^\n]*\n/g;

/** Where in a machine's log the output of its last run begins: 0 where it has no end of one before. */
export const lastRunIn = (log: string): number =>
  [...log.matchAll(endOfRun)].reduce((_, it) => it.index + it[0].length, 0);
