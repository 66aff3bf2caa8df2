exec 2>&1

# Where something was edited by hand since, this script is written anew and started again.
for source in machine.yaml templates templates/* suspended pending; do
  if [ "$source" -nt run ] && [ -z "${VIVARIUM_COMPILED-}" ]; then
    if [ ! -e "$vm" ]; then
      echo "vivarium: $source is newer than this command line, but $vm is gone: it is used as it is"
      break
    fi
    "$node" "$vm" compile . || exit 100
    VIVARIUM_COMPILED=yes exec ./run
  fi
done
unset VIVARIUM_COMPILED

# A QEMU that outlived its supervisor is waited for; a second one would find its disks locked.
word='' pid=''
[ ! -e supervise/life ] || read -r word pid started boot rest <supervise/life
if [ "$word" = running ] && alive "$pid" "$started" "$boot"; then
  echo "vivarium: supervising QEMU $pid again"
  while alive "$pid" "$started" "$boot"; do sleep 1; done
  exit 0
fi

# Started by nobody who could have it go on from its saved state: then this does.
if [ -e suspended ] && [ "$word" != starting ]; then
  setsid "$node" "$vm" continue . &
fi

if [ -e hooks ]; then
  . ./hooks
  if command -v pre_qemu >/dev/null; then
    pre_qemu || { echo "vivarium: hooks: pre_qemu failed with $?"; exit 100; }
  fi
  if command -v post_qemu >/dev/null; then
    rm -f supervise/engine
    (
      (
        until [ -S supervise/engine ] || ! [ -d "/proc/$$" ]; do sleep 0.05; done
        [ ! -S supervise/engine ] || post_qemu
      ) &
    )
  fi
fi

[ ! -e supervise/ladder ] && [ ! -e supervise/no-ladder ] || rm -f supervise/ladder supervise/no-ladder
read -r boot </proc/sys/kernel/random/boot_id
read -r stat <"/proc/$$/stat"
set -- ${stat##*) }
# A QEMU of which nothing is written would be one that nobody finds.
echo "running $$ ${20} $boot" >supervise/life.new && mv supervise/life.new supervise/life || {
  rm -f supervise/life.new
  echo 'vivarium: supervise/life cannot be written: is the disk full?'
  exit 100
}
