# Ends what `vm exec` has started, with all of its process group if it leads one: sh -c THIS sh PID PATH…
# It may have been halted. PATH: a file that it writes to, in case it is killed before that has lost its name.
pid=$1 target=-$1
shift
# What was just started may not lead its group yet.
kill -s TERM -- "$target" || { target=$pid && kill -s TERM -- "$pid"; } || exit
kill -s CONT -- "$target"
rm -f -- "$@"
for _ in 1 2 3 4 5 6 7 8 9 10; do
  kill -s 0 -- "$target" || exit 0
  sleep 0.1 || sleep 1
done
kill -s KILL -- "$target"
