import * as z from 'zod/mini';
import type { ErrorCode } from '../base/error-table.ts';
import { endless } from '../base/scope.ts';
import type { MachineState } from './views.ts';

/** One parameter of an operation: from it come validation, the CLI's flag and its line of help. */
export interface Parameter<Schema extends z.ZodMiniType = z.ZodMiniType> {
  schema: Schema;
  /** A phrase for help, without a full stop. */
  about: string;
  /**
   * Where the CLI takes it: a flag, one positional argument, all the remaining ones, or all the remaining words as
   * they are, dashes and all.
   */
  place: 'flag' | 'argument' | 'arguments' | 'verbatim';
  /** What stands for the value in help: `SIZE`. */
  placeholder: string;
  /** A one-letter flag. */
  short?: string;
  /** Verbatim words come behind `--` alone: what stands before is a flag, or a mistake. */
  separated?: true;
  /** A flag that may stand alone, and then has this value. */
  bare?: string;
  /** A list whose items hold no comma: the CLI splits what it is given at commas. */
  commas?: true;
  /** What its value is the name of, or each of its values; of a machine, MACHINE@SNAPSHOT too. */
  names?: 'machine' | 'machine-to-be' | 'image';
  /** It is the administrator's alone, whoever else may call the operation. */
  access?: 'admin';
  /** Of such a parameter, the values that others may give nevertheless. */
  except?: z.ZodMiniType;
}

/**
 * What a token may do, each more than the one before it: look; sit at consoles and screens and run things in guests;
 * start, stop, make and remove machines; all that there is, files of the host among it.
 */
export const accessLevels = ['read', 'console', 'control', 'admin'] as const;
export type Access = (typeof accessLevels)[number];

/**
 * One entry of the operation table.
 * `stream`: 'output' yields chunks until it ends or the scope aborts, 'duplex' is a terminal to read and write.
 */
export interface Operation<
  Parameters extends Record<string, Parameter> = Record<string, Parameter>,
  Result = unknown,
> {
  summary: string;
  parameters: Parameters;
  /** The states of the machine in which it is allowed; absent where there is no machine or any will do. */
  states?: readonly MachineState[];
  errors: readonly ErrorCode[];
  stream?: 'output' | 'duplex';
  /** The least that a token must be allowed. */
  access: Access;
  /** It changes nothing, and may be asked for every other second: so it is with all that is `read`. */
  looks?: true;
  /** Milliseconds until it has failed, where the caller says nothing else. */
  timeout: number;
  /** Type only: what it returns. */
  result?: Result;
}

/** Whether an operation only looks. */
export const onlyLooks = ({ access, looks }: Pick<Operation, 'access' | 'looks'>): boolean =>
  access === 'read' || looks === true;

type Optionals<P, Of extends 'input' | 'output'> = {
  [K in keyof P]: P[K] extends Parameter<infer S>
    ? undefined extends (Of extends 'input' ? z.input<S> : z.output<S>)
      ? K
      : never
    : never;
}[keyof P];

type Values<P, Of extends 'input' | 'output'> = {
  [K in Exclude<keyof P, Optionals<P, Of>>]: P[K] extends Parameter<infer S>
    ? Of extends 'input'
      ? z.input<S>
      : z.output<S>
    : never;
} & {
  [K in Optionals<P, Of>]?: P[K] extends Parameter<infer S>
    ? Of extends 'input'
      ? z.input<S>
      : z.output<S>
    : never;
};

/** What a caller passes: sizes as `2G` or bytes, durations as `60s` or seconds. */
export type ParametersOf<O> = O extends Operation<infer P, infer _> ? Values<P, 'input'> : never;

/** The same, checked: bytes and milliseconds. */
export type CheckedParametersOf<O> = O extends Operation<infer P, infer _> ? Values<P, 'output'> : never;

export type ResultOf<O> = O extends Operation<infer _, infer R> ? R : never;

type Declared<P extends Record<string, Parameter>> = Omit<
  Operation<P>,
  'errors' | 'timeout' | 'parameters' | 'access'
> & {
  errors?: readonly ErrorCode[];
  timeout?: number;
  access?: Access;
};

/**
 * Declares an operation: `operation<Result>()(() => parameters, rest)`, so that the result is named and the rest
 * inferred. Schemas are made when they are first looked at: of forty operations a command needs one. What says nothing
 * of access is the administrator's alone; what streams has no deadline unless it says one.
 */
export const operation =
  <Result>() =>
  <P extends Record<string, Parameter>>(parameters: () => P, rest: Declared<P>): Operation<P, Result> => {
    let made: P | undefined;
    return {
      errors: [],
      timeout: rest.stream === undefined ? 30_000 : endless,
      access: 'admin',
      ...(rest as Omit<Operation<P, Result>, 'errors' | 'timeout' | 'access' | 'parameters'>),
      get parameters() {
        made ??= parameters();
        return made;
      },
    };
  };

type Rights = Partial<Pick<Parameter, 'names' | 'access' | 'except'>>;
type Options = Rights & Partial<Pick<Parameter, 'placeholder' | 'short' | 'commas' | 'bare'>>;

export const flag = <S extends z.ZodMiniType>(
  schema: S,
  about: string,
  options: Options = {},
): Parameter<S> => ({
  schema,
  about,
  place: 'flag',
  placeholder: 'VALUE',
  ...options,
});

export const argument = <S extends z.ZodMiniType>(
  schema: S,
  about: string,
  placeholder: string,
  rights: Rights = {},
): Parameter<S> => ({
  schema,
  about,
  place: 'argument',
  placeholder,
  ...rights,
});

export const remaining = <S extends z.ZodMiniType>(
  schema: S,
  about: string,
  placeholder: string,
  rights: Rights = {},
): Parameter<S> => ({
  schema,
  about,
  place: 'arguments',
  placeholder,
  ...rights,
});

export const verbatim = <S extends z.ZodMiniType>(
  schema: S,
  about: string,
  placeholder: string,
  options: Pick<Parameter, 'separated'> = {},
): Parameter<S> => ({
  schema,
  about,
  place: 'verbatim',
  placeholder,
  ...options,
});

/** The schema of all parameters of an operation together. */
export function parametersSchema(operation: Operation): z.ZodMiniObject {
  return z.strictObject(
    Object.fromEntries(Object.entries(operation.parameters).map(([name, { schema }]) => [name, schema])),
  );
}
