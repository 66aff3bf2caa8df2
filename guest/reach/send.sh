# Writes a tar archive of what it is given to standard output, behind a line that tells its size in KiB:
# sh -c THIS sh PATH…
cd "$HOME" || exit 1
for path; do
  [ -e "$path" ] || [ -L "$path" ] || {
    echo "$path: there is no such file or directory" >&2
    exit 1
  }
  case $path in
    / | . | .. | */. | */..) dir=$path base=. ;;
    *)
      while [ "${path%/}" != "$path" ]; do path=$(cd -- "$path" && pwd -P) || exit 1; done
      base=./${path##*/}
      case $path in
        */*) dir=${path%/*}/ ;;
        *) dir=. ;;
      esac
      ;;
  esac
  dir=$(cd -- "$dir" && pwd -P) || exit 1
  shift
  set -- "$@" -C "$dir" "$base"
  size=$((${size:-0} + $(cd "$dir" && du -sk "$base" 2>/dev/null | cut -f 1) + 0))
done
echo "vivarium: $size"
case $(tar --version 2>&1) in
  *'GNU tar'*) exec tar -c -S -b 128 --format=posix --pax-option=delete=atime,delete=ctime -f - "$@" ;;
esac
# Other kinds of tar know one directory at a time: an archive for each is written, one behind the other.
while [ $# -gt 0 ]; do
  tar -c -f - -C "$2" "$3" || exit
  shift 3
done
