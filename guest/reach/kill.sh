# Ends what `vm exec` has started: sh -c THIS sh TARGET, a pid or, with a dash, a process group. It may have been halted.
kill -s TERM -- "$1" || exit
kill -s CONT -- "$1"
for _ in 1 2 3 4 5 6 7 8 9 10; do
  kill -s 0 -- "$1" || exit 0
  sleep 0.1 || sleep 1
done
kill -s KILL -- "$1"
