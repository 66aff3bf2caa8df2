# Unmounts directories that the host shares by 9p, so that QEMU can save the machine, or mounts them again:
# sh -c THIS sh release|take. What was unmounted is kept in the guest's memory, and so in what is saved of it.
# Says what went wrong, a line each: the tag, the directory and the reason, with tabs between them.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
room=/run/vivarium
kept=$room/shares

release() {
  refuse_binds || return
  mkdir -p -m 700 $room
  : >>$kept
  busy=0
  # The last that was mounted goes first: it may lie in another one.
  grep '^[^ ]* [^ ]* 9p .*trans=virtio' /proc/mounts | sed '1!G;h;$!d' >$kept.all
  while read -r tag path _ options _; do
    if error=$(umount "$(plain "$path")" 2>&1); then
      { printf '%s\n' "$tag $path $(mountable "$options")" && cat $kept; } >$kept.new
      mv $kept.new $kept
    else
      printf '%s\t%s\t%s\n' "$(plain "$tag")" "$(plain "$path")" "$(user_of "$(plain "$path")" || echo "$error")"
      busy=1
    fi
  done <$kept.all
  rm -f $kept.all
  [ $busy = 0 ] || take
  return $busy
}

take() {
  [ -e $kept ] || return 0
  failed=0
  while read -r tag path options; do
    error=$(mount -t 9p -o "$options" "$(plain "$tag")" "$(plain "$path")" 2>&1) && continue
    printf '%s\t%s\t%s\n' "$(plain "$tag")" "$(plain "$path")" "$error"
    failed=1
  done <$kept
  rm -f $kept
  return $failed
}

# A share that is bound to a second place, or only a part of it: that could not be mounted again by what is known of it.
refuse_binds() {
  seen=
  grep -e ' - 9p .*trans=virtio' /proc/self/mountinfo | while read -r _ _ device root path rest; do
    case $root:$seen in
      /:*" $device "*) ;;
      /:*)
        seen="$seen $device "
        continue
        ;;
    esac
    tag=${rest#* - 9p }
    printf '%s\t%s\t%s\n' "$(plain "${tag%% *}")" "$(plain "$path")" "it, or a part of it, is bound to $(plain "$path")"
    exit 1
  done
}

# What /proc/mounts writes as \040, as it is. No `echo`: some read such signs.
plain() {
  printf %b "$(printf '%s\n' "$1" | sed 's/\\\([0-7][0-7][0-7]\)/\\0\1/g')"
}

# What /proc/mounts says of a mount, as mount takes it: 9p2000.L is what it does not mention.
mountable() {
  case $1 in
    *version=* | *noextend*) echo "$1" ;;
    *) echo "$1,version=9p2000.L" ;;
  esac
}

# Names a process that has something open below a directory, if there is one. All links are read by one program:
# a guest has thousands.
user_of() {
  found=$(ls -l /proc/[0-9]*/cwd /proc/[0-9]*/root /proc/[0-9]*/exe /proc/[0-9]*/fd/* 2>/dev/null |
    awk -v path="$1" '{
      at = index($0, " -> ")
      to = substr($0, at + 4)
      if (at && (to == path || index(to, path "/") == 1) && match($0, /\/proc\/[0-9]+\//)) {
        print substr($0, RSTART + 6, RLENGTH - 7)
        exit
      }
    }')
  [ -n "$found" ] || return 1
  echo "$(cat "/proc/$found/comm") (pid $found) uses it"
}

"$1"
