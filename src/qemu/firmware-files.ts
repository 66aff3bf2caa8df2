import { existsSync } from 'node:fs';
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

/** @returns undefined where none is installed */
export function findUefi(): { code: string; variables: string } | undefined {
  const place = places.find((files) => files.every((file) => existsSync(file)));
  return place && { code: place[0], variables: place[1] };
}

/** @throws `tool-missing` */
export function uefiFiles(): { code: string; variables: string } {
  const found = findUefi();
  if (!found)
    throw new VivariumError('tool-missing', { tool: 'OVMF', purpose: 'to boot by UEFI (firmware: uefi)' });
  return found;
}
