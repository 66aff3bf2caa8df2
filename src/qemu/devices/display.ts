import { option } from '../option.ts';

export type DisplayKind = 'none' | 'gtk' | 'sdl' | 'vnc';

/**
 * Where the screen is shown; a tablet lets the pointer follow where people look.
 * @param socket of `vnc`, relative to the machine's directory
 */
export function display(kind: DisplayKind, socket: string): string[] {
  const shown = kind === 'vnc' ? option(`vnc=unix:${socket}`) : kind;
  const pointer = kind === 'none' ? [] : ['-device', 'qemu-xhci', '-device', 'usb-tablet'];
  return ['-display', shown, ...pointer];
}
