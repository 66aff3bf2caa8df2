export interface Kernel {
  kernel: string;
  initrd?: string | undefined;
  append?: string | undefined;
}

/** A kernel that QEMU loads itself, with no boot loader. */
export function kernel({ kernel, initrd, append }: Kernel): string[] {
  return [
    '-kernel',
    kernel,
    ...(initrd === undefined ? [] : ['-initrd', initrd]),
    ...(append === undefined ? [] : ['-append', append]),
  ];
}
