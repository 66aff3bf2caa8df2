# Gives back the space of what was read: sh -c THIS sh BYTES PATH. The file has no name any more, but is open in the
# agent, our parent.
bytes=$1 wanted="$2 (deleted)"
set -- /proc/$PPID/fd/*
readlink "$@" | while read -r target; do
  [ "$target" != "$wanted" ] || fallocate -p -o 0 -l "$bytes" "$1"
  shift
done
