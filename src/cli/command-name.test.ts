import { expect, test } from 'vitest';
import { commandName } from '../protocol/command-name.ts';
import { type OperationName, operations } from '../protocol/operations.ts';
import { findCommand } from './commands.ts';

test('every operation is known by a command that there is', () => {
  for (const operation of Object.keys(operations) as OperationName[]) {
    const found = findCommand(commandName(operation).split(' '));
    expect([operation, found?.rest]).toEqual([operation, []]);
    const noun = (name?: string) => name?.split('.')[0];
    expect(noun(found?.entry.operation)).toBe(noun(operation));
  }
});
