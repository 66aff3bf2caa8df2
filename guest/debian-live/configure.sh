# Makes a live system of a fresh tree: run by sh -e in that tree, as root. /mnt has what is to go into it: a `list`
# of what is in files/, `injected.cpio` with busybox to unpack it, where there is any, and `commands` of the cartridge;
# kernel and initramfs are left in /mnt/iso/live. Its environment has hostname and user.

umask 022
tab=$(printf '\t')
kernel=$(ls /boot/vmlinuz-* | sed 's/.*vmlinuz-//' | sort -V | tail -n 1)

# As live-config would, at each start; the groups are those that Debian's installer gives.
useradd --create-home --shell /bin/bash --groups sudo,audio,cdrom,dip,floppy,video,plugdev "$user"
echo "$user:live" | chpasswd
echo "$user ALL=(ALL:ALL) NOPASSWD: ALL" >/etc/sudoers.d/live
chmod 440 /etc/sudoers.d/live
mkdir -p /etc/network # live-boot writes there
echo "$hostname" >/etc/hostname
printf '127.0.0.1\tlocalhost\n127.0.1.1\t%s\n::1\tlocalhost ip6-localhost ip6-loopback\n' "$hostname" >/etc/hosts

number=0
while IFS=$tab read -r kind mode _ path; do
  [ "$kind" = file ] && install -D -m "$mode" "/mnt/files/$number" "$path"
  number=$((number + 1))
done </mnt/list

systemctl --quiet enable systemd-networkd systemd-resolved
# What looks after a disk that stays; on a medium it costs time alone.
systemctl --quiet disable e2scrub_reap.service e2scrub_all.timer apt-daily.timer apt-daily-upgrade.timer fstrim.timer

if [ -e /mnt/injected.cpio ]; then
  (cd / && /mnt/busybox cpio -idmu --quiet </mnt/injected.cpio)
fi

if [ -s /mnt/commands ]; then
  # systemd-resolved has put a link there that leads nowhere without it.
  rm -f /etc/resolv.conf
  cp /mnt/resolv.conf /etc/resolv.conf
  (cd / && sh -ex /mnt/commands)
fi
ln -sf ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf

update-initramfs -c -k "$kernel"
mkdir -p /mnt/iso/live
cp "/boot/vmlinuz-$kernel" /mnt/iso/live/vmlinuz
cp "/boot/initrd.img-$kernel" /mnt/iso/live/initrd.img

# dpkg was not to wait for the disk while nothing could be lost.
rm /etc/dpkg/dpkg.cfg.d/99mmdebstrap

# Each start makes its own.
rm -f /etc/ssh/ssh_host_*
: >/etc/machine-id
rm -f /var/lib/dbus/machine-id
