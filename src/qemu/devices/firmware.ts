import { option } from '../option.ts';

/** The two flash chips of UEFI firmware: its code, shared and read only, and the machine's own variables. */
export function uefi(code: string, variables: string): string[] {
  const flash = (unit: number, file: string, readonly: boolean) => [
    '-drive',
    option('', { if: 'pflash', unit, format: 'raw', readonly, file }),
  ];
  return [...flash(0, code, true), ...flash(1, variables, false)];
}
