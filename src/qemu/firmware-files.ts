import { existsSync, statSync } from 'node:fs';
import { VivariumError } from '../base/errors.ts';

/** Where distributions keep UEFI firmware for x86-64 without Secure Boot: code, and empty variables. */
const places: [code: string, variables: string][] = [
  ['/usr/share/OVMF/OVMF_CODE_4M.fd', '/usr/share/OVMF/OVMF_VARS_4M.fd'], // Debian, Ubuntu
  ['/usr/share/edk2/x64/OVMF_CODE.4m.fd', '/usr/share/edk2/x64/OVMF_VARS.4m.fd'], // Arch
  ['/usr/share/edk2/ovmf/OVMF_CODE.fd', '/usr/share/edk2/ovmf/OVMF_VARS.fd'], // Fedora
  ['/usr/share/OVMF/OVMF_CODE.fd', '/usr/share/OVMF/OVMF_VARS.fd'], // Alpine, older Debian
  ['/usr/share/edk2/OvmfX64/OVMF_CODE.fd', '/usr/share/edk2/OvmfX64/OVMF_VARS.fd'], // Gentoo
  ['/usr/share/qemu/edk2-x86_64-code.fd', '/usr/share/qemu/edk2-i386-vars.fd'], // Void, QEMU's own build
];

export interface UefiFiles {
  code: string;
  variables: string;
}

/**
 * @param bytes the size of the variables that the firmware is to work with: a build reads those of its own size alone
 * @returns undefined where none is installed
 */
export function findUefi(bytes?: number): UefiFiles | undefined {
  const place = places.find(
    ([code, variables]) =>
      existsSync(code) &&
      existsSync(variables) &&
      (bytes === undefined || statSync(variables).size === bytes),
  );
  return place && { code: place[0], variables: place[1] };
}

/** The firmware of the variables of this size; where there is none, the usual one. @throws `tool-missing` */
export function uefiFiles(bytes?: number): UefiFiles {
  const found = findUefi(bytes) ?? findUefi();
  if (!found)
    throw new VivariumError('tool-missing', { tool: 'OVMF', purpose: 'to boot by UEFI (firmware: uefi)' });
  return found;
}
