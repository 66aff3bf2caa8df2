import { existsSync } from 'node:fs';
import { isVivariumError } from '../base/errors.ts';
import { Scope } from '../base/scope.ts';
import { openHome } from '../machine/home.ts';
import { serviceFile } from '../machine/service-files.ts';
import type { Call } from '../protocol/engine.ts';
import { formatTerminalSize, sharedSizeFor } from '../protocol/terminal-size.ts';
import type { Terminal } from '../protocol/views.ts';
import { connect } from '../remote/connect.ts';
import { lastingTerminal } from './lasting-terminal.ts';
import { note } from './output.ts';
import { ownTerminal } from './own-terminal.ts';

type Console = Call<'machine.console'>;

/** Milliseconds in which a vmd that runs has opened a console; one that hangs keeps nobody from it. */
const patience = 3000;

/**
 * Milliseconds for a vmd that was killed to be brought back, before those who shared a console sit down straight at
 * the machine: there one alone can type.
 */
const grace = 2000;

/** A console here: one that all share where vmd runs, else straight from the machine, and so when vmd is gone. */
export function consoleHere(local: Console, env: NodeJS.ProcessEnv = process.env): Console {
  const socket = serviceFile(openHome(env), 'socket');
  return lasting(
    () => {
      let shared = false;
      let missed: number | undefined;
      return async (parameters, scope) => {
        try {
          if (!existsSync(socket)) return await local(parameters, scope);
          const terminal = await throughVmd(socket, parameters, scope);
          [shared, missed] = [true, undefined];
          return terminal;
        } catch (error) {
          if (!isVivariumError(error, 'service-unreachable')) throw error;
          missed ??= performance.now();
          if (shared && performance.now() - missed < grace) throw error;
        }
        shared = false;
        return await local(parameters, scope);
      };
    },
    () => {},
  );
}

/** A console of another host: it is come back to when the connection is lost. */
export function consoleThere(remote: Console, address: string): Console {
  return lasting(
    () => remote,
    () => {
      if (process.stdin.isTTY && process.stderr.isTTY)
        note(`\r\nvm: the connection to ${address} is lost; trying again. Ctrl-] leaves.\r`);
    },
  );
}

/**
 * Each time for a terminal as large as ours is then.
 * @param opener makes what opens one console, again and again
 */
function lasting(opener: () => Console, lost: () => void): Console {
  return async (parameters, scope = new Scope()) => {
    const openFor = opener();
    const open = () => {
      const own = ownTerminal();
      return openFor({ size: own && formatTerminalSize(sharedSizeFor(own)), ...parameters }, scope);
    };
    return await lastingTerminal({ open, signal: scope.signal, lost });
  };
}

async function throughVmd(
  socket: string,
  parameters: Parameters<Console>[0],
  scope: Scope | undefined,
): Promise<Terminal> {
  const connection = connect(`unix:${socket}`);
  const leave = () => connection[Symbol.dispose]();
  const timer = setTimeout(leave, patience);
  try {
    const terminal = await connection.engine.machine.console(parameters, scope);
    const close = () => {
      terminal.close();
      leave();
    };
    return { ...terminal, close };
  } catch (error) {
    leave();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
