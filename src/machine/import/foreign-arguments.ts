import { own } from '../../base/own.ts';
import { type Said, say, type Words } from './said.ts';

/** Options that would take QEMU out of its sandbox or away from its supervisor; true where a value follows. */
const refused: Record<string, boolean> = {
  '-sandbox': true,
  '-readconfig': true,
  '-incoming': true,
  '-daemonize': false,
  '-pidfile': true,
  '-runas': true,
  '-user': true,
  '-run-with': true,
  '-chroot': true,
};

/** Arguments that a source gives to QEMU as they stand, but for those that a machine cannot be given here. */
export function foreignArguments(words: readonly string[], from: Words): Said[] {
  const value: string[] = [];
  const left: Said[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const valued = own(refused, word.replace(/^--/, '-'));
    if (valued === undefined) {
      value.push(word);
      continue;
    }
    const what = words.slice(at, at + (valued ? 2 : 1)).join(' ');
    if (valued) at++;
    left.push({ ...from, what, why });
  }
  return [...say(from, value.length > 0 && { key: 'arguments', value }), ...left];
}

const why = 'is never handed on: it would take QEMU out of its sandbox or away from its supervisor';
