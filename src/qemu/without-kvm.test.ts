import { expect, test } from 'vitest';
import { asksForKvm, withoutKvm } from './without-kvm.ts';

test.each([
  ['-enable-kvm', '-accel tcg'],
  ['--enable-kvm -m 2G', '-accel tcg -m 2G'],
  ['-accel kvm', '-accel tcg'],
  ['-accel kvm,dirty-ring-size=4096', '-accel tcg'],
  ['-cpu host', '-cpu max'],
  ['-cpu host,+vmx', '-cpu max,+vmx'],
  ['-machine q35,accel=kvm', '-machine q35,accel=tcg'],
  ['-M accel=kvm:tcg,type=pc', '-M accel=tcg,type=pc'],
])('%s becomes %s', (args, without) => {
  expect(withoutKvm(args.split(' ')).join(' ')).toBe(without);
  expect(asksForKvm(args.split(' '))).toBe(true);
});

test.each([
  '-accel tcg',
  '-cpu max',
  '-cpu EPYC',
  '-cpu max,host-phys-bits=on',
  '-machine q35,accel=tcg',
  '-name kvm',
  '-name host',
  '-device x,accel=kvm',
  '-append accel=kvm',
  '-m 2G',
  '',
])('%j stays as it is', (args) => {
  const words = args.split(' ');
  expect(withoutKvm(words)).toEqual(words);
  expect(asksForKvm(words)).toBe(false);
});
