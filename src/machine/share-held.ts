/**
 * The tag of the share for which QEMU says that it cannot migrate; undefined where it gives another reason. The words
 * are those of hw/9pfs/9p.c (v9fs_attach).
 */
export function shareHeld(reason: string): string | undefined {
  return /VirtFS export path '.*' is mounted in the guest using mount_tag '(.*)'/s.exec(reason)?.[1];
}
