/**
 * A young generation of 1 MiB a half instead of 16, and code that is compiled for size: what lives long and does little
 * takes a fifth less memory.
 */
const flags = ['--max-semi-space-size=1', '--optimize-for-size'];

/** Has this process begin anew with a small heap, under the same pid, where it has not done so; V8 takes no such flag later. */
export function takeSmallHeap(): void {
  const { execPath, execArgv, argv, env } = process;
  if (flags.every((flag) => execArgv.includes(flag)) || !process.execve) return;
  process.execve(execPath, [execPath, ...execArgv, ...flags, ...argv.slice(1)], env);
}
