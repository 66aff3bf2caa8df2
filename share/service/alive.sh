# alive PID STARTED BOOT: is that very process still there, at work in this directory, and no zombie?
# The start time is field 22 of /proc/PID/stat, counted after the command's name, which may hold anything.
alive() {
  read -r now </proc/sys/kernel/random/boot_id
  [ "$3" = "$now" ] && [ "/proc/$1/cwd" -ef . ] || return 1
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  set -- "$2" ${stat##*) }
  [ "$1" = "${21}" ] && [ "$2" != Z ] && [ "$2" != X ]
}
