/** The modules that a live root is found by, and those that a job in it needs at once. */
export const liveModules = {
  /** Without these there is none. */
  share: ['9p', '9pnet_virtio', 'overlay', 'virtio_pci'],
  medium: ['overlay', 'loop', 'isofs'],
  /** What virtio offers, CDs and disks, network cards, the power button. */
  useful: [
    ...['virtio_pci', 'virtio_blk', 'virtio_net', 'virtio_scsi', 'virtio_console', 'virtio_rng'],
    ...['9p', '9pnet_virtio', 'ahci', 'ata_piix', 'nvme', 'sd_mod', 'sr_mod', 'e1000', 'e1000e'],
    ...['button', 'evdev', 'vfat', 'nls_cp437', 'nls_ascii', 'squashfs', 'erofs'],
  ],
};
