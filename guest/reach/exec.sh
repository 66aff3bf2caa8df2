# Runs a command for `vm exec`: sh -c THIS sh OUT ERR IN USER DIR K=V… -- COMMAND…
exec >>"$1" 2>>"$2" <"$3"
# The agent has them open: so nothing is left over. That costs a program, which the command does not wait for; where
# both are killed first, `kill.sh` does it.
(rm -f "$1" "$2" &)
user=$4 dir=$5
shift 5
# The guest agent is a service without a home.
[ -n "$HOME" ] || HOME=~root
export HOME
while [ "$1" != -- ]; do
  export "$1"
  shift
done
shift
if [ -n "$user" ]; then
  exec su -s /bin/sh -c 'cd "${0:-$HOME}" || exit 126; exec "$@"' -- "$user" "$dir" "$@"
fi
cd "${dir:-$HOME}" || exit 126
exec "$@"
