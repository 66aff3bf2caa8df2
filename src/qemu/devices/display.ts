import { option } from '../option.ts';

export type DisplayKind = 'none' | 'gtk' | 'sdl' | 'vnc';

/**
 * Where the screen is shown; a tablet lets the pointer follow where people look.
 * @param socket of `vnc`, relative to the machine's directory
 */
export function display(kind: DisplayKind, socket: string): string[] {
  const shown = kind === 'vnc' ? `vnc=${server(socket)}` : kind;
  const pointer = kind === 'none' ? [] : ['-device', 'qemu-xhci', '-device', 'usb-tablet'];
  return ['-display', shown, ...pointer];
}

/** A VNC server beside whatever shows the screen. It costs nothing until somebody looks. */
export function screenSocket(socket: string): string[] {
  return ['-vnc', server(socket)];
}

/** Whoever asks to be alone with the screen is not: the others stay. */
const server = (socket: string) => option(`unix:${socket}`, { share: 'force-shared' });
