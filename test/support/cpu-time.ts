/** Milliseconds of CPU that something takes: however busy the host is, as long as it is as fast. */
export function cpuTime(act: () => void): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
