import { specVersion } from '../protocol/machine-spec.ts';

/** From a version to the next. Pure, and each with a real file of its time as a fixture. */
const migrations: Record<number, (spec: Record<string, unknown>) => Record<string, unknown>> = {};

/** A spec of any older version as one of the present one; anything else is left for validation to refuse. */
export function migrate(spec: unknown): unknown {
  let now = spec as Record<string, unknown>;
  for (let version = now.version; typeof version === 'number' && version < specVersion; version++) {
    const step = migrations[version];
    if (!step) return spec;
    now = { ...step(now), version: version + 1 };
  }
  return now;
}
