/** runit's own file names in a service directory (runsv(8)). */
export const runitFiles = {
  /** Started by runsv, and again when it ends. */
  run: 'run',
  /** Run when `run` has ended, with its exit code and signal. */
  finish: 'finish',
  /** Where it exists, runsv waits to be told before it starts the service. */
  down: 'down',
  /** Run instead of sending TERM. */
  controlT: 'control/t',
  /** The log service, which has the same files. */
  log: 'log',
  /** What it runs, whose standard input is the output of `run`. */
  logRun: 'log/run',
  /** A FIFO that takes commands, one letter each. */
  control: 'supervise/control',
  /** A FIFO that runsv holds open for reading as long as it lives. */
  ok: 'supervise/ok',
  /** Locked by runsv as long as it lives. */
  lock: 'supervise/lock',
  /** 20 bytes: see status.ts. */
  status: 'supervise/status',
} as const;
