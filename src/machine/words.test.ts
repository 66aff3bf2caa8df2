// biome-ignore-all lint/suspicious/noTemplateCurlyInString: text for a shell
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { cpuTime } from '../../test/support/cpu-time.ts';
import { quoteWord } from '../base/quote-word.ts';
import { splitWords } from './words.ts';

const env = { A: 'one', B: 'two three', E: '', S: ' a  b ', Q: `'"\\$A#`, HOME: '/home/me' };
const fault = (line: number, problem: string) => new Error(`${line}: ${problem}`);
const split = (text: string) => splitWords(text, env, fault);

/** Texts that a shell reads as well, so that what it makes of them is what is expected. */
const texts = [
  '',
  ' \t\n ',
  '-m 2G',
  ' -m\t2G ',
  "'a b' c",
  '"a b" c',
  "a'b c'd",
  `a"b c"'d e'f`,
  "''",
  '""',
  "a '' b",
  "'a\nb'",
  '"a\nb"',
  "'a\\b\"c'",
  '"a\'b"',
  '"a\\"b\\\\c\\$A\\`"',
  '"a\\b\\ \\c"',
  '"a\\\nb"',
  'a\\ b',
  "a\\'b",
  'a\\\nb c\\\n d',
  '\\#a \\$A \\\\ \\"',
  'a#b c\\ #d "#e"',
  '$A ${A} "$A" "${A}"',
  'x$A.y x${A}y $A$A',
  '$B "$B" x$B$B',
  '$E "$E" x$E',
  '$N "$N" ${N}',
  '$S "$S" x$S.',
  '$Q "$Q"',
  '${N:-x} ${E:-x} ${A:-x} "${N:-a b}"',
  '${N-x} x${E-x} ${A-x} "${E-x}"',
  '${N:-} ${N:-a b} x${N:-a,b=c}',
  "'$A' '${A}' '`'",
  '$ "$" a$ $. "$ "',
  '~ ~/x x~ "~" ""~/x \\~/x ~x =~ a=~/x',
  '-drive file=./drive.qcow2,format=qcow2,media=disk',
  '-append "console=ttyS0 quiet"',
  '{a,b} a=b !x @ % ^ ] } ü漢',
];

describe('words are those of a shell:', () => {
  test.each(texts)('%j', (text) => {
    const script = `set -f\nset -- ${text}\n[ $# = 0 ] || printf '%s\\0' "$@"`;
    const output = execFileSync('/bin/sh', ['-c', script], { env });
    expect(split(text)).toEqual(output.toString().split('\0').slice(0, -1));
  });
});

test.each<[string, string[]]>([
  ['-m 2G\n-smp 2\n', ['-m', '2G', '-smp', '2']],
  ['# a comment\nb # another\n#c', ['b']],
  ['a #b\\\nc', ['a', 'c']],
  ['a \\\n# b\nc', ['a', 'c']],
  ['a \\', ['a']],
  ['-m\r', ['-m\r']],
])('line ends are blanks, and end comments: %j', (text, words) => expect(split(text)).toEqual(words));

describe('what a shell would run is refused, with its line:', () => {
  test.each([
    ['a\n$(reboot)', '2: $(…: commands'],
    ['a\n"\n$(reboot)"', '3: $(…: commands'],
    ['a $((1+1))', '1: $(…: commands and calculations'],
    ["'\n\n' `reboot`", '3: `…`: commands'],
    ['"\\\n`reboot`"', '2: `…`: commands'],
    ['a\\\nb\\\nc; d', '3: an unquoted ; means'],
    ['# $(fine)\na && b', '2: an unquoted & means'],
    ['a | b', '1: an unquoted | means'],
    ['a > b', '1: an unquoted > means'],
    ['a <b', '1: an unquoted < means'],
    ['(a)', '1: an unquoted ( means'],
    ['${A:=x}', '1: ${…}: only'],
    ['${#A}', '1: ${…}: only'],
    ['\n"${A%e}"', '2: ${…}: only'],
    ['${N:-$(reboot)}', '1: ${…}: only'],
    ['${N:-`reboot`}', '1: ${…}: only'],
    ['${N:-"a b"}', '1: ${…}: only'],
    ['${N:-\nx', '1: ${…}: only'],
    ['${A', '1: ${…}: only'],
    ["a\n'b\n", "2: a quote ' is not closed"],
    ['a\n\n"b\n\\"', '3: a quote " is not closed'],
    ['${N:-a\nb} ;', '2: an unquoted ; means'],
  ])('%j', (text, message) => expect(() => split(text)).toThrow(new RegExp(`^${RegExp.escape(message)}`)));
});

test.each([
  '',
  'a',
  '-m',
  'a b',
  "it's",
  '"',
  '\\',
  '$A',
  '${A}',
  '`a`',
  '$(a)',
  '#a',
  '~',
  '*',
  'a\nb',
  '\t',
  ';|&<>()',
  'ü',
  '!',
  "'''",
  'a=b',
])('%j is quoted so that a shell and we read it back', (word) => {
  const quoted = quoteWord(word);
  expect(split(`x ${quoted} y`)).toEqual(['x', word, 'y']);
  expect(execFileSync('/bin/sh', ['-c', `printf %s ${quoted}`]).toString()).toBe(word);
});

test('a variable cannot add anything but words', () => {
  const hostile = { X: '`reboot` $(reboot) ${A} ; "quoted" #x \\' };
  expect(splitWords('a $X b', hostile, fault)).toEqual(['a', ...hostile.X.split(' '), 'b']);
  expect(splitWords('"$X"', hostile, fault)).toEqual([hostile.X]);
});

test('a long template takes no time', () => {
  const text = `${'-device "a b" $A \\\n'.repeat(20_000)}`;
  expect(cpuTime(() => expect(split(text)).toHaveLength(60_000))).toBeLessThan(1000);
});
