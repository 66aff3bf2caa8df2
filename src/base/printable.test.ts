import { expect, test } from 'vitest';
import { cpuTime } from '../../test/support/cpu-time.ts';
import { allPrintable, lastLines, printable, printableJson } from './printable.ts';

const [esc, bel, csi, st] = ['\u001b', '\u0007', '\u009b', '\u009c'];

test.each([
  ['plain text', 'a b\tc\nd — ü 漢 🙂', 'a b\tc\nd — ü 漢 🙂'],
  ['colours', `${esc}[1;31mred${esc}[0m`, 'red'],
  ['cursor movement', `a${esc}[2J${esc}[10;20Hb`, 'ab'],
  ['private modes', `${esc}[?1049h${esc}[>0qx`, 'x'],
  ['a title', `${esc}]0;evil${bel}x`, 'x'],
  ['a title ended by ST', `${esc}]2;evil${esc}\\x`, 'x'],
  ['a link', `${esc}]8;;http://x${bel}y${esc}]8;;${bel}`, 'y'],
  ['the clipboard', `${esc}]52;c;ZXZpbA==${bel}x`, 'x'],
  ['DCS, SOS, PM and APC', `${esc}Pq#0${esc}\\${esc}Xa${esc}\\${esc}^b${esc}\\${esc}_c${esc}\\x`, 'x'],
  ['reset and charset', `${esc}c${esc}(0${esc}#8x`, 'x'],
  ['DOS and serial line ends', 'a\r\nb\r\r\nc', 'a\nb\nc'],
  ['overwriting by CR and BS', 'safe\rrm -rf\b\b', 'saferm -rf'],
  ['other C0 and DEL', 'a\0\u0001\u0007\u000b\u000c\u007fb', 'ab'],
  ['8-bit controls', `a${csi}31m${st}b`, 'a31mb'],
  ['bidirectional overrides', 'a\u202eb\u2066c\u2069d\u200fe\u061cf', 'abcdef'],
  ['an unterminated title', `${esc}]0;evil`, '0;evil'],
  ['an unterminated CSI', `a${esc}[31`, 'a31'],
  ['a title ended by another escape', `${esc}]0;a${esc}[31mb`, '0;ab'],
  ['a lone escape at the end', `a${esc}`, 'a'],
  ['escapes in a row', `${esc}${esc}${esc}[31mx`, 'x'],
  ['an escape cut in two by a control', `${esc}\0[31mx`, '[31mx'],
])('%s', (_, text, clean) => {
  expect(printable(text)).toBe(clean);
  expect(printable(clean)).toBe(clean);
});

test('nothing that a terminal obeys is left of any two bytes after an escape', () => {
  const pairs = Array.from({ length: 65_536 }, (_, n) => String.fromCharCode(n >> 8, n & 255));
  const left = pairs.filter((pair) => /[\0-\x08\x0b-\x1f\x7f-\x9f]/.test(printable(`a${esc}${pair}z`)));
  expect(left).toEqual([]);
});

test('a megabyte of openings takes no time', () => {
  const took = cpuTime(() => {
    printable(`${esc}]`.repeat(500_000));
    printable(`${esc}[`.repeat(500_000));
    printable(`${esc}]${'0'.repeat(1_000_000)}`);
  });
  expect(took).toBeLessThan(2000);
});

test('the last lines leave out what is blank', () => {
  expect(lastLines(`one\n\ntwo  \n ${esc}[0m \r\nthree\n`, 2)).toEqual(['two', 'three']);
  expect(lastLines('', 3)).toEqual([]);
});

test('every text in a value is made printable, and the rest stays', () =>
  expect(
    allPrintable({ name: 'a', argv: [`${esc}[31mx`], at: 1, spec: { [`k${bel}`]: undefined }, no: null }),
  ).toEqual({ name: 'a', argv: ['x'], at: 1, spec: { k: undefined }, no: null }));

test('JSON keeps its content, and writes what a terminal would obey as escapes', () => {
  const value = { said: `${esc}[2J${csi}2J\u007f\u202eevil ü` };
  const json = printableJson(JSON.stringify(value, null, 2));
  expect(JSON.parse(json)).toEqual(value);
  expect(json).toBe(printable(json));
  expect(json).toContain('\\u009b2J\\u007f\\u202eevil ü');
});
