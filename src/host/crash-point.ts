/** The steps of the verbs after which a killed process leaves something half done behind. */
export const crashPoints = [
  'make: drafted',
  'make: filled',
  'make: placed',
  'import: filled',
  'import: placed',
  'start: compiled',
  'start: marked',
  'start: supervised',
  'start: told',
  'start: answered',
  'stop: told',
  'stop: down',
  'quit: told',
  'remove: renamed',
  'remove: deleted',
] as const;

/** The same of what makes images. */
export const imageCrashPoints = [
  'pull: loaded',
  'image: filled',
  'image: replacing',
  'image: placed',
] as const;

/** The same of what saves states and goes on from them. */
export const snapshotCrashPoints = [
  'save: announced',
  'save: begun',
  'save: standing',
  'save: copied',
  'save: switched',
  'save: completed',
  'save: gone on',
  'snapshot: filled',
  'snapshot: placed',
  'snapshot: removed',
  'pending: filled',
  'pending: announced',
  'pending: moved',
  'resume: loaded',
  'resume: used',
  'resume: gone on',
  'suspend: filled',
  'suspend: placed',
  'suspend: quit',
  'fork: drafted',
  'fork: resumed',
  'fork: placed',
] as const;

export type CrashPoint = (typeof crashPoints | typeof imageCrashPoints | typeof snapshotCrashPoints)[number];

/** Names a step of a verb. The crash tests have this very process killed there. */
export function crashPoint(name: CrashPoint): void {
  if (process.env.VIVARIUM_CRASH_AT === name) process.kill(process.pid, 'SIGKILL');
}
