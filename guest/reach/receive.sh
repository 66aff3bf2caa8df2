# Takes a tar archive from standard input and puts what is in it into its place, whole or not at all:
# sh -c THIS sh DESTINATION HOW NAME TOKEN KIND
# HOW: `one` thing called NAME, or `many`; `contents` has those of a directory in the archive itself.
# Before it reads, it says what kind of tar it has.
# KIND: what NAME is, `directory` or `file`. TOKEN: nothing else has it in its name.
dst=$1 how=$2 name=$3 token=$4 kind=$5
# The last file in the archive: with it all others have come.
mark=vivarium-end-of-copy

fail() {
  echo "$*" >&2
  exit 1
}

# Moves all that is in a directory to another one, of which what has the same name is replaced, and directories joined.
place() {
  local entry
  for entry in "$1"/*/ "$1"/.[!.]*/ "$1"/..?*/; do
    entry=${entry%/}
    [ -d "$entry" ] && [ ! -L "$entry" ] && [ -d "$2/${entry##*/}" ] || continue
    place "$entry" "$2/${entry##*/}" || return 1
    rmdir "$entry" || return 1
  done
  (cd "$1" && find . ! -name . -prune -exec sh -c 'to=$1; shift; exec mv -f -- "$@" "$to/"' sh "$2" {} +)
}

cd "$HOME" || exit 1
bare=$dst
while [ "${bare%/}" != "$bare" ] && [ "$bare" != / ]; do bare=${bare%/}; done
as=
case $bare in
  */*) parent=${bare%/*}/ ;;
  *) parent=./ ;;
esac
if [ -d "$bare" ]; then
  base=$bare
elif [ "$how" = many ] || { [ "$bare" != "$dst" ] && [ "$kind" != directory ]; }; then
  fail "$dst: there is no such directory"
else
  [ -d "$parent" ] || fail "$parent: there is no such directory"
  base=$parent as=${bare##*/}
fi
base=$(cd -- "$base" && pwd -P) || exit 1
tmp=$base/.vivarium-$token
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -m 700 -- "$tmp" || exit 1
mkdir "$tmp/got" || exit 1
case $(tar --version 2>&1) in
  *'GNU tar'*) tar='tar -b 128' && echo 'vivarium: gnu' ;;
  *) tar=tar && echo 'vivarium: plain' ;;
esac
$tar -x -p -o -f - -C "$tmp/got" || exit 1
[ -e "$tmp/got/$mark" ] || fail 'the copy was cut short'
rm -f "$tmp/got/$mark"
if [ -z "$as" ]; then
  place "$tmp/got" "$base"
elif [ "$how" = contents ]; then
  mv -- "$tmp/got" "$base/$as"
else
  mv -f -- "$tmp/got/$name" "$base/$as"
fi
