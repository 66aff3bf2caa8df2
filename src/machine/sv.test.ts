import { mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { Scope } from '../base/scope.ts';
import { sv } from './sv.ts';

const room = testRoom();

test.each(['term', 'kill', 'pause', 'cont'] as const)(
  '%s without a supervisor is refused',
  async (command) => {
    mkdirSync(room('hello'));
    const home = { directory: room(), cache: room('cache'), config: {}, env: {} };
    const machine = { name: 'hello', directory: room('hello'), home };
    await expect(sv(new Scope(), machine, command)).rejects.toMatchObject({
      code: 'machine-state',
      hint: 'Give it a supervisor: vm start hello',
    });
  },
);
