/**
 * A user's own arguments for a host whose KVM is of no use: what asks for KVM asks for TCG, and the host's CPU
 * model, which needs KVM, becomes all that TCG can do.
 */
export function withoutKvm(args: readonly string[]): string[] {
  return args.flatMap((arg, index) => {
    const option = args[index - 1]?.replace(/^--/, '-');
    if (/^--?enable-kvm$/.test(arg)) return ['-accel', 'tcg'];
    if (option === '-accel') return arg.replace(/^kvm\b.*/, 'tcg');
    if (option === '-cpu') return arg.replace(/^host\b/, 'max');
    if (option === '-machine' || option === '-M') return arg.replace(/\baccel=kvm(:tcg)?\b/, 'accel=tcg');
    return arg;
  });
}

/** Whether the arguments ask for KVM. */
export function asksForKvm(args: readonly string[]): boolean {
  return withoutKvm(args).some((arg, index) => arg !== args[index]);
}
