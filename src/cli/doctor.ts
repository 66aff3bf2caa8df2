import { allPrintable } from '../base/printable.ts';
import type { Command } from './command.ts';
import { print, styled } from './output.ts';

const marks = { ok: ['green', 'ok'], warning: ['yellow', '!!'], missing: ['red', 'NO'] } as const;

const doctor: Command = {
  run: async ({ engine, values, scope, json, printJson }) => {
    const findings = await engine.host.doctor(values, scope);
    const lacking = findings.some(({ state }) => state === 'missing');
    if (json) printJson(findings);
    for (const { what, state, found, advice } of json ? [] : allPrintable(findings)) {
      const [colour, mark] = marks[state];
      print(
        `${styled(colour, mark)}  ${what.padEnd(20)} ${found}${advice ? `\n${' '.repeat(25)}${advice}` : ''}`,
      );
    }
    return lacking ? 6 : 0;
  },
};

export default doctor;
