import * as z from 'zod/mini';

/** One key of a spec, for help and docs. */
export interface SpecKey {
  /** `networks[].forwards` */
  path: string;
  about: string;
  values?: string[];
  /** Its default, as JSON. */
  usual?: string;
}

interface JsonSchema {
  type?: string;
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  description?: string;
  enum?: string[];
  default?: unknown;
}

/** The JSON schema of a spec as it is written, for editors. */
export function jsonSchema(schema: z.ZodMiniType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
}

/** All keys of a spec, nested ones after what holds them. */
export function specKeys(schema: z.ZodMiniType): SpecKey[] {
  return keysOf(jsonSchema(schema), '');
}

/** Whether the key at `networks.0.model` holds a text and nothing else. */
export function takesText(schema: z.ZodMiniType, path: string): boolean {
  let at: JsonSchema | undefined = jsonSchema(schema);
  for (const key of path.split('.')) at = /^\d+$/.test(key) ? at?.items : at?.properties?.[key];
  return at?.type === 'string';
}

function keysOf({ properties = {} }: JsonSchema, prefix: string): SpecKey[] {
  return Object.entries(properties).flatMap(([key, value]) => {
    const path = prefix + key;
    const own: SpecKey = {
      path,
      about: value.description ?? '',
      ...(value.enum && { values: value.enum }),
      ...(value.default !== undefined && { usual: JSON.stringify(value.default) }),
    };
    return [own, ...keysOf(value.items ?? value, `${path}${value.items ? '[].' : '.'}`)];
  });
}
