# Called by mmdebstrap when it has unpacked the base system, before it installs anything. $1: the tree;
# $VIVARIUM_STAGE: what is to go into it; $packages: all that will be installed.
set -e
umask 022

# Fails at once where apt knows no such package, or cannot have all of them together.
APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get --quiet --simulate install $packages >/dev/null

# From now on dpkg leaves out what this file says; what is there already goes. (Told of it before, mmdebstrap starts
# a Python for each package that it unpacks.)
cp "$VIVARIUM_STAGE/dpkg.cfg" "$1/etc/dpkg/dpkg.cfg.d/vivarium"
find "$1/usr/share/doc" -type f ! -name copyright -delete
rm -rf "$1"/usr/share/man/* "$1"/usr/share/info/* "$1"/usr/share/locale/*/
