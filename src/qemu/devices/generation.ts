/**
 * A number that is another one in each QEMU process (VM generation ID). A guest's kernel that finds it changed knows
 * that it has been forked or restored, and mixes it into its randomness: otherwise the forks of one snapshot would
 * draw the same keys. Of the machine types only those with ACPI take it, and one of it.
 */
export function generation(): string[] {
  return ['-device', 'vmgenid,guid=auto'];
}
