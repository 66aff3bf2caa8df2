/** Imported into a `vm` before it begins: it stands still, as by Ctrl-Z, when it has said $STOP_AT on standard error. */
const word = process.env.STOP_AT;
const say = process.stderr.write.bind(process.stderr) as (...args: unknown[]) => boolean;

process.stderr.write = ((...args: unknown[]) => {
  const more = say(...args);
  if (word !== undefined && String(args[0]).includes(word)) process.kill(process.pid, 'SIGSTOP');
  return more;
}) as typeof process.stderr.write;
