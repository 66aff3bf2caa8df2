/** The modules of the tiny guest, by what they are for. Those that they need come by themselves. */
export const tinyModules = [
  // What virtio offers.
  ...['virtio_pci', 'virtio_blk', 'virtio_net', 'virtio_scsi', 'virtio_console', 'virtio_rng'],
  ...['virtio_balloon', 'virtio_input', 'virtio_gpu', '9pnet_virtio', 'virtiofs'],
  // What a PC has: power button, disks, network, keyboard and mouse, screen, QEMU's own files.
  ...['button', 'evdev', 'ahci', 'ata_piix', 'nvme', 'sd_mod', 'sr_mod', 'e1000', 'e1000e'],
  ...['xhci_pci', 'usbhid', 'hid_generic', 'bochs', 'qemu_fw_cfg'],
  // File systems, with what they ask the kernel for by themselves: a checksum for ext4, code pages for vfat.
  ...['ext4', 'crc32c_generic', 'vfat', 'nls_cp437', 'nls_ascii', 'isofs', 'squashfs', 'erofs', 'overlay'],
  ...['9p', 'fuse'],
];
