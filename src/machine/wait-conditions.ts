import { createContext, Script } from 'node:vm';
import { isVivariumError, VivariumError } from '../base/errors.ts';
import { Scope } from '../base/scope.ts';
import { agentListens, withAgent } from './agent.ts';
import { consoleLines } from './console-lines.ts';
import type { Machine } from './machine.ts';
import { promptIn } from './prompt.ts';
import { placeOfPort } from './ssh-forward.ts';
import { sshGreets } from './ssh-greeting.ts';

/** Something in a guest that can be waited for. */
export interface Condition {
  /** What it is, for people: "the guest agent of hello". */
  awaited: string;
  /** @returns what shows that it has come true, else undefined */
  look(scope: Scope): Promise<string | undefined>;
}

/** Milliseconds that one look at the agent may take. */
const glance = 3000;

/** Milliseconds that an expression may take for what the console has said since the last look. */
const easy = 1000;

const tinyIsReady = /^vivarium: ready$/;

/**
 * Reads what is to be waited for: `boot`, `ssh`, `agent` or `console:REGEX`.
 * @throws `parameter-invalid`; `ssh-unreachable` where no port can lead in
 */
export async function conditionOf(scope: Scope, machine: Machine, what: string): Promise<Condition> {
  const { name } = machine;
  if (what === 'agent') return { awaited: `the guest agent of ${name}`, look: agentLook(machine) };
  if (what === 'boot') return { awaited: `${name} to boot`, look: bootLook(machine) };
  if (what === 'ssh') {
    const place = await placeOfPort(scope, machine, 22);
    const look = async (scope: Scope) =>
      (await sshGreets(place, scope.left)) ? 'its ssh server greets' : undefined;
    return { awaited: `the ssh server of ${name}`, look };
  }
  const source = what.replace(/^console:/, '');
  return { awaited: `/${source}/ on the console of ${name}`, look: consoleLook(machine, source) };
}

function agentLook(machine: Machine): Condition['look'] {
  return async (scope) => {
    const brief = new Scope({ timeout: Math.min(glance, scope.left), signal: scope.signal });
    try {
      if (!(await agentListens(brief, machine))) return undefined;
      await withAgent(brief, machine, (agent) => agent.execute('guest-ping'));
      return 'its guest agent answers';
    } catch (error) {
      if (!isVivariumError(error)) throw error;
      return undefined; // not yet; whether QEMU has ended is looked at elsewhere
    }
  };
}

function bootLook(machine: Machine): Condition['look'] {
  const agent = agentLook(machine);
  const lines = consoleLines(machine);
  return async (scope) => {
    const said = lines();
    return said.find((line) => tinyIsReady.test(line)) ?? promptIn(said) ?? (await agent(scope));
  };
}

/**
 * A guest can print what keeps an expression busy for ever; the time of V8's own clock is the end of that.
 * @throws `parameter-invalid`
 */
function consoleLook(machine: Machine, source: string): Condition['look'] {
  const fail = (problem: string) =>
    new VivariumError('parameter-invalid', { operation: 'wait', parameter: '--for', problem });
  try {
    new RegExp(source, 'u');
  } catch (error) {
    throw fail(`has an expression that is none: ${(error as Error).message}`);
  }
  const lines = consoleLines(machine);
  const context = createContext({ source, lines: [] as string[] });
  const find = new Script("lines.find((line) => new RegExp(source, 'u').test(line))");
  return async () => {
    context.lines = lines();
    try {
      return find.runInContext(context, { timeout: easy }) as string | undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      throw fail('has an expression that takes too long for what the console says: make it simpler');
    }
  };
}
