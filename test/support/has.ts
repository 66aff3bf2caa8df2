import { findTool } from '../../src/host/find-tool.ts';

/** Whether a program is there; one that VIVARIUM_REQUIRE names must be, and `all` names every one. */
export function has(program: string): boolean {
  const there = findTool(program) !== undefined;
  const required = (process.env.VIVARIUM_REQUIRE ?? '')
    .split(/[\s,]+/)
    .some((it) => it === program || it === 'all');
  if (required && !there) throw new Error(`${program} is required here, and is not installed`);
  return there;
}
