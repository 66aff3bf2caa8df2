import { option } from '../option.ts';

/** No device and no setting that was not asked for. */
export function bare(): string[] {
  return ['-nodefaults', '-no-user-config'];
}

/** No system calls that QEMU has no need of. Its build must have libseccomp. */
export function sandbox(): string[] {
  const denied = { obsolete: 'deny', elevateprivileges: 'deny', spawn: 'deny', resourcecontrol: 'deny' };
  return ['-sandbox', option('on', denied)];
}
