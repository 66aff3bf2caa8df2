import { VivariumError } from '../base/errors.ts';
import { similar } from '../base/similar.ts';
import { keyCodes } from './key-codes.ts';

/** What people call keys, and QEMU's names for them. */
const nicknames: Record<string, string> = {
  control: 'ctrl',
  rctrl: 'ctrl_r',
  altgr: 'alt_r',
  option: 'alt',
  super: 'meta_l',
  win: 'meta_l',
  meta: 'meta_l',
  cmd: 'meta_l',
  del: 'delete',
  enter: 'ret',
  return: 'ret',
  escape: 'esc',
  space: 'spc',
  bs: 'backspace',
  ins: 'insert',
  pageup: 'pgup',
  pagedown: 'pgdn',
  caps: 'caps_lock',
  capslock: 'caps_lock',
  printscreen: 'print',
};

/** Where characters lie on a US keyboard, without and with shift. */
const plain: Record<string, string> = {
  ' ': 'spc', '\n': 'ret', '\t': 'tab', '\b': 'backspace', '\u001b': 'esc',
  '`': 'grave_accent', '-': 'minus', '=': 'equal', '[': 'bracket_left', ']': 'bracket_right',
  '\\': 'backslash', ';': 'semicolon', "'": 'apostrophe', ',': 'comma', '.': 'dot', '/': 'slash',
}; // biome-ignore format: a table
const shifted: Record<string, string> = {
  '~': 'grave_accent', '!': '1', '@': '2', '#': '3', $: '4', '%': '5', '^': '6', '&': '7', '*': '8',
  '(': '9', ')': '0', _: 'minus', '+': 'equal', '{': 'bracket_left', '}': 'bracket_right',
  '|': 'backslash', ':': 'semicolon', '"': 'apostrophe', '<': 'comma', '>': 'dot', '?': 'slash',
}; // biome-ignore format: a table

/**
 * Keys pressed together: `ctrl-alt-delete`, `shift-a`, `f1`; a single `-` is the minus key.
 * @returns QEMU's names (QKeyCode, qapi/ui.json)
 * @throws `key-unknown`
 */
export function parseCombination(text: string): string[] {
  if (text === '-') return ['minus'];
  return text.toLowerCase().split(/[-+]/).map(keyCode);
}

/** The keys of a text on a US keyboard, each with shift where it needs it. @throws `key-unknown` */
export function keysOfText(text: string): string[][] {
  return [...text.replaceAll('\r\n', '\n')].map((char) => {
    if (/[a-z0-9]/.test(char)) return [char];
    if (/[A-Z]/.test(char)) return ['shift', char.toLowerCase()];
    const key = plain[char];
    if (key) return [key];
    const upper = shifted[char];
    if (upper) return ['shift', upper];
    throw new VivariumError('key-unknown', { key: char, similar: [] });
  });
}

function keyCode(name: string): string {
  const code = nicknames[name] ?? plain[name] ?? name;
  if (keyCodes.has(code)) return code;
  throw new VivariumError('key-unknown', {
    key: name,
    similar: similar(name, [...Object.keys(nicknames), ...keyCodes]),
  });
}
