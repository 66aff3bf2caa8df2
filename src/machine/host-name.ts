/** What a machine is called in its guest: its name, of which a host name takes fewer letters. */
export function hostNameOf({ name }: { name: string }): string {
  return name.replaceAll(/[^A-Za-z0-9.-]/g, '-');
}
