/** The graphics card; `none` is a machine without a screen. */
export function graphics(card: 'none' | 'std' | 'virtio' | 'qxl'): string[] {
  return ['-vga', card];
}
