# Makes a machine's system of a fresh tree: run by sh -e in that tree, as root. /mnt has what is to go into it: a
# `list` of what is in files/, and `commands` of the recipe; what belongs on the EFI system partition is left in
# /mnt/esp. Its environment has hostname, user and root (the UUID of the file system), the first two maybe empty.

umask 022
tab=$(printf '\t')
kernel=$(ls /boot/vmlinuz-* | sed 's/.*vmlinuz-//' | sort -V | tail -n 1)

if [ -n "$user" ]; then
  useradd --create-home --shell /bin/bash --groups sudo "$user"
  echo "$user ALL=(ALL:ALL) NOPASSWD: ALL" >"/etc/sudoers.d/$user"
  chmod 440 "/etc/sudoers.d/$user"
fi

number=0
while IFS=$tab read -r kind mode owner path; do
  case $kind in
    file) install -D -m "$mode" "/mnt/files/$number" "$path" ;;
    link) mkdir -p "${path%/*}" && ln -sfn "$(cat "/mnt/files/$number")" "$path" ;;
    directory) [ -d "$path" ] || install -d -m "$mode" "$path" ;;
  esac
  [ "$owner" = - ] || chown -h "$owner" "$path"
  number=$((number + 1))
done </mnt/list

passwd --quiet --delete root
mkdir -p /efi
echo "root=UUID=$root rw console=tty0 console=ttyS0,115200 loglevel=4" >/etc/kernel/cmdline
cat >/etc/fstab <<END
UUID=$root / ext4 rw,relatime,x-systemd.growfs 0 1
PARTLABEL=esp /efi vfat umask=0077,noauto,x-systemd.automount 0 0
END
systemctl --quiet enable systemd-networkd systemd-resolved ssh qemu-guest-agent vivarium-early.service

# What takes an emulated machine long to start, and what a virtual one has no use for. `systemctl unmask` or
# `enable` brings each back.
systemctl --quiet disable e2scrub_reap.service e2scrub_all.timer apt-daily.timer apt-daily-upgrade.timer \
  systemd-network-generator.service systemd-pstore.service
systemctl --quiet mask modprobe@configfs.service modprobe@dm_mod.service modprobe@drm.service \
  modprobe@efi_pstore.service modprobe@fuse.service modprobe@loop.service \
  sys-kernel-config.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-fs-fuse-connections.mount \
  systemd-journald-audit.socket systemd-boot-random-seed.service \
  systemd-update-utmp.service systemd-update-utmp-runlevel.service
mkdir -p /etc/systemd/system-generators
for generator in bless-boot gpt-auto hibernate-resume integritysetup rc-local system-update veritysetup; do
  ln -s /dev/null "/etc/systemd/system-generators/systemd-$generator-generator"
done

if [ -s /mnt/commands ]; then
  # systemd-resolved has put a link there that leads nowhere without it.
  rm -f /etc/resolv.conf
  cp /mnt/resolv.conf /etc/resolv.conf
  (cd / && sh -ex /mnt/commands)
fi
ln -sf ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf

# The boot loader and its entry for the kernel, written as later kernels will be (kernel-install). They go into a
# partition of their own, which systemd wants to be a file system of its own here, too.
update-initramfs -c -k "$kernel"
mount -t tmpfs esp /efi
export SYSTEMD_RELAX_ESP_CHECKS=1
bootctl --esp-path=/efi --no-variables --quiet install
rm -f /efi/loader/random-seed
echo 'timeout 0' >/efi/loader/loader.conf
mkdir -p /efi/debian
kernel-install add "$kernel" "/boot/vmlinuz-$kernel" "/boot/initrd.img-$kernel"
cp -r /efi /mnt/esp
umount /efi

# dpkg was not to wait for the disk while nothing could be lost.
rm /etc/dpkg/dpkg.cfg.d/99mmdebstrap

# Each machine makes its own.
rm -f /etc/ssh/ssh_host_*
: >/etc/machine-id
rm -f /var/lib/dbus/machine-id
touch /etc/.updated /var/.updated
if [ -n "$hostname" ]; then
  echo "$hostname" >/etc/hostname
else
  rm -f /etc/hostname
fi
