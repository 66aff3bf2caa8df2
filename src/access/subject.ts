import type { Operation } from '../protocol/operation.ts';

/** The names that parameters hold, checked or not: of machines without their snapshots. */
export function namesIn(
  operation: Operation,
  parameters: unknown,
  what: 'machine' | 'machine-to-be' | 'image',
): string[] {
  return Object.entries(operation.parameters)
    .filter(([, { names }]) => names === what)
    .flatMap(([name]) => textsOf(valueIn(parameters, name)))
    .map((text) => (what === 'machine' ? (text.split('@')[0] as string) : text));
}

/** What a call is about, for people: the names in it, or else its first argument. Nothing that could be a secret. */
export function subjectOf(operation: Operation, parameters: unknown): string {
  const entries = Object.entries(operation.parameters);
  const named = entries.filter(([, { names }]) => names !== undefined);
  const first = entries.filter(([, { place }]) => place === 'argument').slice(0, 1);
  return (named.length > 0 ? named : first)
    .flatMap(([name]) => textsOf(valueIn(parameters, name)))
    .map(withoutSecrets)
    .join(' ');
}

/** A URL may bring a password, or a key behind its `?`. */
const withoutSecrets = (text: string): string =>
  text.replace(/^([a-z][a-z0-9+.-]*:\/\/)(?:[^/@]*@)?([^?#]*).*$/is, '$1$2');

const valueIn = (parameters: unknown, name: string): unknown =>
  typeof parameters === 'object' && parameters !== null
    ? (parameters as Record<string, unknown>)[name]
    : undefined;

const textsOf = (value: unknown): string[] => [value].flat().filter((it) => typeof it === 'string');
