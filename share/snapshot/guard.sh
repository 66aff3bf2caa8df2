# Stays behind a command that has a guest stand still. Where that command is killed, the guest goes on if it ran
# before ($1 is "ran"); or, where its state was kept whole by then, QEMU ends as the command would have had it. Works in
# the machine's directory, and has the machine's lock by descriptor 3.
read -r word
[ "$word" != done ] || exit 0

qmp() {
  printf '%s\n' '{"execute":"qmp_capabilities"}' "$@" |
    timeout 5 socat -t 1 - UNIX-CONNECT:supervise/engine >/dev/null 2>&1
}

if [ -e suspended ]; then
  : >supervise/no-ladder
  timeout 1 sh -c 'printf d >supervise/control' && supervised=yes || supervised=no
  qmp '{"execute":"quit"}'
  # Whoever starts it next must not meet the end of this run, which takes its life away.
  tenths=100
  while [ $supervised = yes ] && [ -e supervise/life ] && [ $tenths -gt 0 ]; do
    tenths=$((tenths - 1))
    sleep 0.1
  done
else
  # For the second see cancelSaving in src/qemu/migration.ts.
  qmp '{"execute":"migrate_cancel"}' '{"execute":"migrate-continue","arguments":{"state":"cancelling"}}'
  [ "$1" != ran ] || qmp '{"execute":"cont"}'
fi
