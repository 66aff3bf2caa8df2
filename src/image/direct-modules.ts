/** The modules by which a directly booted kernel finds its root file system. Those that they need come by themselves. */
export const directModules = [
  ...['virtio_pci', 'virtio_blk', 'virtio_scsi', 'sd_mod', 'sr_mod', 'ahci', 'ata_piix', 'nvme'],
  // With what they ask the kernel for by themselves: a checksum for ext4.
  ...['ext4', 'crc32c_generic', 'isofs'],
];
