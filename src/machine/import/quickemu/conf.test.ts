// biome-ignore-all lint/suspicious/noTemplateCurlyInString: text for a shell
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cpuTime } from '../../../../test/support/cpu-time.ts';
import { testRoom } from '../../../../test/support/room.ts';
import { readConf } from './conf.ts';

const env = { HOME: '/home/me' };
const values = (text: string) =>
  Object.fromEntries([...readConf(text, env).variables].map(([key, { values }]) => [key, values]));
const left = (text: string) => readConf(text, env).left.map(({ line, what }) => `${line}: ${what}`);

test.each<[string, Record<string, string[]>]>([
  ['', {}],
  ['#!/usr/bin/quickemu --vm\n', {}],
  ['ram="4G"', { ram: ['4G'] }],
  ["ram='4G'\r\ncpu_cores=2\r\n", { ram: ['4G'], cpu_cores: ['2'] }],
  ['  ram=4G   # not much', { ram: ['4G'] }],
  ['export ram=4G', { ram: ['4G'] }],
  ['ram=2G\nram=4G', { ram: ['4G'] }],
  ['ram=', { ram: [''] }],
  ['iso="a b#c.iso"', { iso: ['a b#c.iso'] }],
  ['iso="$HOME/a.iso"\nimg=~/b.img', { iso: ['/home/me/a.iso'], img: ['/home/me/b.img'] }],
  ['d="/vms"\niso="${d}/a.iso"', { d: ['/vms'], iso: ['/vms/a.iso'] }],
  ['extra_args="-a \\\n-b"', { extra_args: ['-a -b'] }],
  ['extra_args="-a"\nextra_args+=" -b"', { extra_args: ['-a -b'] }],
  ['p=("1:2" "3:4")', { p: ['1:2', '3:4'] }],
  ['p=()', { p: [] }],
  ['p=(\n  "1:2" # it\'s (one)\n\n  3:4)\nram=1G', { p: ['1:2', '3:4'], ram: ['1G'] }],
  ['p=(a)\np+=(b)', { p: ['a', 'b'] }],
  ["# don't\nram=1G", { ram: ['1G'] }],
])('%j is read', (text, expected) => {
  expect(values(text)).toEqual(expected);
  expect(left(text)).toEqual([]);
});

test.each<[string, string[], Record<string, string[]>]>([
  ['a=1\n\nsource b.conf\nc=2', ['3: source b.conf'], { a: ['1'], c: ['2'] }],
  ['a=$(touch x)', ['1: a=$(touch x)'], {}],
  ['a=`touch x`', ['1: a=`touch x`'], {}],
  ['a=1; touch x', ['1: a=1; touch x'], {}],
  ['a=1 touch x', ['1: a=1 touch x'], {}],
  ['a=$NOWHERE/x', ['1: a=$NOWHERE/x'], {}],
  ['a=$constructor', ['1: a=$constructor'], {}],
  ["a=$'\\t'", ["1: a=$'\\t'"], {}],
  ['a=(1); touch x', ['1: a=(1); touch x'], {}],
  ['a=1 | touch x', ['1: a=1 | touch x'], {}],
  ['[ -e x ] && a=1', ['1: [ -e x ] && a=1'], {}],
  ['if true; then a=1; fi\nb=2', ['1: if true; then a=1; fi'], { b: ['2'] }],
  ['if true\nthen\n  a=1\nelse\n  a=2\nfi\nb=3', ['1: if true then a=1 else a=2 fi'], { b: ['3'] }],
  [
    'for x in 1 2; do\n  if [ $x = 1 ]; then\n    a=1\n  fi\ndone\nb=2',
    ['1: for x in 1 2; do if [ $x = 1 ]; then a=1 fi done'],
    { b: ['2'] },
  ],
  ['f() {\n  a=1\n}\nb=2', ['1: f() { a=1 }'], { b: ['2'] }],
  ['case $x in\n  y) a=1;;\nesac\nb=2', ['1: case $x in y) a=1;; esac'], { b: ['2'] }],
  ['if true; then\na=1\n', ['1: if true; then a=1'], {}],
  ['a="1\nb=2', ['1: a="1 b=2'], {}],
  ['a=(1\nb=2', ['1: a=(1 b=2'], {}],
])('%j is not all read', (text, rest, expected) => {
  expect(left(text)).toEqual(rest);
  expect(values(text)).toEqual(expected);
});

const room = testRoom();

test('nothing is ever run', () => {
  const marks = ['a', 'b', 'c', 'd'].map((name) => room(name));
  const [a, b, c, d] = marks;
  readConf(`x=$(touch ${a})\ntouch ${b}\ny=\`touch ${c}\`\nz=("$(touch ${d})")`, process.env);
  expect(marks.filter((mark) => existsSync(mark))).toEqual([]);
});

test('a million of anything is read in time', { timeout: 60_000 }, () => {
  for (const text of ['"', "'", '(', 'if ', 'a=(', '#', '\\', '$', '${', 'a=b\n', 'if x\n', '{\n']) {
    const took = cpuTime(() => readConf(text.repeat(1_000_000 / text.length), env));
    expect(took, JSON.stringify(text)).toBeLessThan(4000);
  }
});
