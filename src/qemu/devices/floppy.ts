import { option } from '../option.ts';

/** A floppy; `-drive` brings the controller that q35 has not. */
export function floppy(file: string): string[] {
  return ['-drive', option('', { if: 'floppy', format: 'raw', file })];
}
