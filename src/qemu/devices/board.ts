/** The machine type: q35, pc, microvm. */
export function board(type: string): string[] {
  return ['-machine', type];
}
