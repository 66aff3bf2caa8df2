/** Where an IDE device is attached. */
export interface IdePlace {
  bus: string;
  unit: number;
}

/**
 * The place of IDE device number `index`, where the machine type is known: QEMU itself would put all of them onto
 * one bus, which has room for two on pc and for one on q35.
 */
export function idePlace(machine: string, index: number): IdePlace | undefined {
  if (/^(?:pc-)?q35(?:-|$)/.test(machine)) return { bus: `ide.${index}`, unit: 0 };
  if (/^pc(?:-|$)/.test(machine)) return { bus: `ide.${index >> 1}`, unit: index & 1 };
  return undefined;
}
