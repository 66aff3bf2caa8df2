# TERM: the guest is asked to power off; after the wait QEMU is told to quit, and a second later it is killed.
# runsv waits for this script, so the ladder is climbed by a child that stays behind. One climbs at a time.
[ ! -e supervise/no-ladder ] || exit 0
if [ "${1-}" != climb ]; then
  setsid "$0" climb </dev/null >/dev/null 2>&1 &
  exit 0
fi
exec 9<control
flock -n 9 || exit 0

word=''
[ ! -e supervise/life ] || read -r word pid started boot rest <supervise/life
[ "$word" = running ] || exit 0

step() {
  echo "$1 $(date +%s%3N)" >>supervise/ladder
}

# qmp COMMAND: the last command of a conversation with QEMU.
qmp() {
  printf '{"execute":"%s"}\n' qmp_capabilities "$@" |
    timeout 5 socat -t 1 - UNIX-CONNECT:supervise/engine >/dev/null 2>&1 9<&-
}

# gone TENTHS: does it end within this time?
gone() {
  tenths=$1
  while alive "$pid" "$started" "$boot"; do
    [ "$tenths" -gt 0 ] || return 1
    tenths=$((tenths - 1))
    sleep 0.1 9<&-
  done
}

rm -f supervise/ladder
step powerdown
qmp cont system_powerdown
# A guest that was still booting has missed the button: it is pressed again now and then.
deadline=$(($(date +%s) + wait))
while left=$((deadline - $(date +%s))) && [ $left -gt 0 ]; do
  gone $((left < 5 ? left * 10 : 50)) && exit 0
  qmp system_powerdown
done
alive "$pid" "$started" "$boot" || exit 0
step quit
qmp quit
gone 10 && exit 0
step kill
alive "$pid" "$started" "$boot" && kill -KILL "$pid"
