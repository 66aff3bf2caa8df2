import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { errorTable } from '../src/base/error-table.ts';
import { gamePaths, gameRequests } from '../src/protocol/game.ts';
import { machineSpec } from '../src/protocol/machine-spec.ts';
import { type Operation, onlyLooks, parametersSchema } from '../src/protocol/operation.ts';
import { operations } from '../src/protocol/operations.ts';
import { jsonSchema } from '../src/protocol/spec-keys.ts';
import { abortPath, headers, linesType, pathOf } from '../src/protocol/wire.ts';
import { resultSchemas } from './result-schemas.ts';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'));

const json = (schema: object) => ({ 'application/json': { schema } });
const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });

const about = `Everything that \`vm\` does, as vmd serves it. Each operation is called by POST with its parameters as a JSON
object, by GET with a query where it only looks, and over a WebSocket on the same path where it streams or takes bytes
(docs/http.md has the messages). Over TCP each call needs a token; the unix socket, which only its owner can open, needs
none. With \`Accept: ${linesType}\` the answer comes in lines: {"progress":…} as the work goes on, and a last line
with {"result":…} or {"error":…}. Bytes are {"$bytes":"base64"}.`;

/** The OpenAPI 3.1 description of vmd, from the operation table. */
export function openApi(): object {
  const { results, definitions } = resultSchemas();
  const entries = Object.entries(operations) as [string, Operation][];
  return {
    openapi: '3.1.1',
    info: { title: 'Vivarium', version, description: about },
    security: [{ token: [] }, {}],
    paths: {
      ...Object.fromEntries(
        entries.map(([name, operation]) => [pathOf(name), pathItem(name, operation, results[name])]),
      ),
      [abortPath]: {
        post: {
          operationId: 'abort',
          summary: `Give up a call of one's own, by the name that its header ${headers.call} said`,
          requestBody: {
            content: json({ type: 'object', properties: { call: { type: 'string' } }, required: ['call'] }),
          },
          responses: {
            200: {
              description: 'Whether there was such a call',
              content: json({ type: 'object', properties: { aborted: { type: 'boolean' } } }),
            },
          },
        },
      },
      ...Object.fromEntries(
        (['open', 'send', 'poll'] as const).map((name) => [
          gamePaths[name],
          gameItem(name, results[`game.${name}`]),
        ]),
      ),
    },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: {
        ...definitions,
        MachineSpec: jsonSchema(machineSpec),
        GameGone: { type: 'object', properties: { gone: { const: true } }, required: ['gone'] },
        Error: errorSchema(),
      },
    },
  };
}

function pathItem(name: string, operation: Operation, result: object | undefined): object {
  const streams = operation.stream !== undefined;
  const call = {
    summary: operation.summary,
    tags: [name.split('.')[0]],
    'x-access': operation.access,
    'x-timeout': operation.timeout,
    ...(operation.states && { 'x-states': operation.states }),
    responses: streams
      ? { 101: { description: 'A WebSocket' }, ...errorResponses(operation) }
      : {
          200: { description: 'What it returns', content: json(result ?? {}) },
          ...errorResponses(operation),
        },
  };
  const schema = parametersOf(operation);
  const socket = { ...call, operationId: name, 'x-stream': operation.stream, 'x-parameters': schema };
  if (streams) return { get: socket };
  return {
    post: { ...call, operationId: name, requestBody: { content: json(schema) } },
    ...(onlyLooks(operation) && {
      get: { ...call, operationId: `${name}.get`, parameters: queryOf(schema) },
    }),
  };
}

/** What is refused comes with 200 as well (docs/game.md). */
function gameItem(name: keyof typeof gamePaths, result: object | undefined): object {
  const anyOf = [result ?? {}, ...(name === 'open' ? [] : [reference('GameGone')]), reference('Error')];
  return {
    post: {
      operationId: `game.${name}`,
      summary: { open: 'Begin a session', send: 'Have things done', poll: 'Ask for news' }[name],
      tags: ['game'],
      requestBody: { content: json(asJson(gameRequests[name])) },
      responses: { 200: { description: 'What came of it', content: json({ anyOf }) } },
    },
  };
}

interface ObjectSchema {
  properties?: Record<string, object>;
  required?: string[];
}

function parametersOf(operation: Operation): ObjectSchema {
  const schema = asJson(parametersSchema(operation));
  for (const [name, { about, access, except }] of Object.entries(operation.parameters)) {
    const property = schema.properties?.[name];
    if (!property) continue;
    Object.assign(property, { description: about, ...(access && { 'x-access': access }) });
    if (except) Object.assign(property, { 'x-except': asJson(except) });
  }
  return schema;
}

function asJson(schema: z.ZodMiniType): ObjectSchema {
  const made = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const { $schema: _, ...rest } = made as ObjectSchema & { $schema?: string };
  return rest;
}

const queryOf = ({ properties = {}, required = [] }: ObjectSchema) =>
  Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));

/** The operation's own errors by their statuses. */
function errorResponses({ errors }: Operation): Record<string, object> {
  const byStatus = Map.groupBy(['token-invalid', 'permission-denied', ...errors] as const, (code) =>
    code in errorTable ? errorTable[code as keyof typeof errorTable].http : 0,
  );
  return Object.fromEntries(
    [...byStatus]
      .filter(([status]) => status > 0)
      .map(([status, codes]) => [
        status,
        { description: codes.join(', '), content: json(reference('Error')) },
      ]),
  );
}

function errorSchema(): object {
  const text = { type: 'string' };
  return {
    type: 'object',
    required: ['error'],
    properties: {
      error: {
        type: 'object',
        required: ['code', 'message', 'hint', 'details'],
        properties: {
          code: { enum: Object.keys(errorTable) },
          message: { ...text, description: 'One sentence that names the object.' },
          hint: { ...text, description: 'What to type or change next.' },
          details: { type: 'object' },
        },
      },
    },
  };
}
