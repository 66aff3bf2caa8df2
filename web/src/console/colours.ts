import type { ITheme } from '@xterm/xterm';

/** The terminal's colours, in both schemes: it is a screen, not paper. Each is at least 4.5:1 on its ground. */
export const colours: ITheme = {
  background: '#0a0f0e',
  foreground: '#d5dcd9',
  cursor: '#63cab2',
  cursorAccent: '#0a0f0e',
  selectionBackground: '#2f5a50',
  black: '#66736e',
  red: '#f0857c',
  green: '#7fc794',
  yellow: '#d9b566',
  blue: '#83b2e6',
  magenta: '#d09ad0',
  cyan: '#6cc5c0',
  white: '#c9d2ce',
  brightBlack: '#8b9a94',
  brightRed: '#ffaaa2',
  brightGreen: '#a3dfb4',
  brightYellow: '#efd28f',
  brightBlue: '#abcdf5',
  brightMagenta: '#e5bbe5',
  brightCyan: '#97dfda',
  brightWhite: '#f3f7f5',
};
