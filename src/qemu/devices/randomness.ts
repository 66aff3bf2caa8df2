/** The host's randomness for the guest. */
export function randomness(): string[] {
  return ['-device', 'virtio-rng-pci'];
}
