# Makes a fork a machine of its own, by what else it would have in common with the others of its snapshot:
# sh -c THIS sh NAME ID. NAME is its host name and ID its machine-id (32 digits), which the host makes up: it need not
# rely on the guest's randomness. What is not there is not made. Says what it has renewed, a word a line.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
name=$1 id=$2 old=$(cat /proc/sys/kernel/hostname) failed=0
has() { command -v "$1" >/dev/null; }

fail() {
  echo "$*" >&2
  failed=1
}

rename_host() {
  echo "$name" >/proc/sys/kernel/hostname || return
  [ ! -d /run/systemd/system ] && [ ! -e /etc/hostname ] || echo "$name" >/etc/hostname || return
  # Whoever looks up its own name, sudo for one, is to find it.
  if grep -qs "^127\..*[[:space:]]$old\([[:space:].]\|\$\)" /etc/hosts; then
    sed "/^127\./s/\([[:space:]]\)$old\([[:space:].]\|\$\)/\1$name\2/g" /etc/hosts >/etc/hosts.new &&
      cat /etc/hosts.new >/etc/hosts
    rm -f /etc/hosts.new
  fi
  echo hostname
}

# The journal's directory has the id as its name, and journalctl looks there.
renew_machine_id() {
  [ -s /etc/machine-id ] || return 0
  echo "$id" >/etc/machine-id || return
  dbus=/var/lib/dbus/machine-id
  [ ! -f $dbus ] || [ -L $dbus ] || echo "$id" >$dbus || return
  [ ! -d /run/systemd/system ] || systemctl try-restart systemd-journald.service || return
  echo machine-id
}

# Of each kind that the guest has a key of; a connection that stands stays.
renew_host_keys() {
  has ssh-keygen || return 0
  renewed=
  for file in /etc/ssh/ssh_host_*_key; do
    [ -s "$file" ] || continue
    kind=${file#*ssh_host_}
    rm -f "$file.new" "$file.new.pub"
    ssh-keygen -q -t "${kind%_key}" -N '' -C "root@$name" -f "$file.new" || return
    mv "$file.new.pub" "$file.pub" && mv "$file.new" "$file" || return
    renewed=yes
  done
  [ -n "$renewed" ] || return 0
  [ ! -s /run/sshd.pid ] || kill -HUP "$(cat /run/sshd.pid)"
  echo ssh-host-keys
}

rename_host || fail 'the host name could not be changed'
renew_machine_id || fail 'the machine-id could not be changed'
renew_host_keys || fail 'the ssh host keys could not be renewed'
exit $failed
