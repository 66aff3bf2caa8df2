# Called by mmdebstrap when all packages are installed. $1: the tree; $VIVARIUM_STAGE: what is to go into it.
set -e
mount --bind "$VIVARIUM_STAGE" "$1/mnt"
chroot "$1" env PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
  sh -e /mnt/configure.sh </dev/null >&2
umount "$1/mnt"
