# QEMU has ended: $1 is its exit code, or -1 and $2 the signal that killed it.
exec 2>&1
code=$1
case $code in
  -1) end="killed by signal $2" ;;
  100) end='not started' ;;
  *) end="gone with exit code $code" ;;
esac

if [ -e hooks ]; then
  . ./hooks
  if command -v cleanup >/dev/null; then cleanup || echo "vivarium: hooks: cleanup failed with $?"; fi
fi

# The supervisor of a machine that is down goes as well, but for one that runsvdir wants there.
leave() {
  rm -f supervise/restarts
  # One that is to be gone when it has stopped, and whose maker is not there to remove it. Who removes it waits for the
  # end of the log, to which it therefore must not write.
  if [ -e ephemeral ] && flock -n ephemeral true; then setsid "$node" "$vm" reap . >/dev/null 2>&1 & fi
  read -r stat <"/proc/$PPID/stat"
  set -- ${stat##*) }
  read -r parent <"/proc/$2/comm"
  if [ "$parent" = runsvdir ]; then printf d >supervise/control; else printf x >supervise/control; fi
}

# Where nothing can be written, nothing is said: a file without words would be worse.
life() {
  echo "$*" >supervise/life.new && mv supervise/life.new supervise/life || rm -f supervise/life.new supervise/life
}

asked=no failed=no
[ ! -e supervise/ladder ] && [ ! -e supervise/no-ladder ] || asked=yes
# The rungs stay, for whoever waits to read the last of them.
rm -f $remains
case $(cat supervise/stat) in
  *want*)
    why='as it was told to'
    [ $asked/$code = no/0 ] || [ $asked = yes ] || failed=yes why='for it was to run once'
    ;;
  *) case $restart/$code in
       on-crash/0 | never/0) why='it powered off' ;;
       never/*) why='restart: never' failed=yes ;;
       *) why='' ;;
     esac ;;
esac

if [ -n "$why" ]; then
  if [ $failed = yes ]; then life "failed QEMU was $end"; else rm -f supervise/life; fi
  # A machine that is suspended goes on with its next start: what it said before is of the same run.
  down=down
  [ ! -e suspended ] || down=suspended
  echo "vivarium: QEMU was $end; $down, $why"
  leave
  exit 0
fi

# Again, a little later each time; ten times within a minute are enough.
now=$(date +%s) recent=''
if [ -e supervise/restarts ]; then
  while read -r at; do [ $((now - at)) -ge 60 ] || recent="$recent $at"; done <supervise/restarts
fi
set -- $recent
if [ $# -ge 10 ]; then
  echo "vivarium: QEMU was $end; down, after 10 restarts within a minute"
  life "failed QEMU was $end, and was restarted 10 times within a minute before"
  leave
  exit 0
fi
printf '%s\n' $recent "$now" >supervise/restarts
delay=$(($# < 6 ? $# * 5 : 30))
echo "vivarium: QEMU was $end; restart $(($# + 1)) in $((delay / 10)).$((delay % 10)) s"
read -r boot </proc/sys/kernel/random/boot_id
read -r stat <"/proc/$$/stat"
set -- ${stat##*) }
life "restarting $$ ${20} $boot QEMU was $end"
sleep "$((delay / 10)).$((delay % 10))"
case $(cat supervise/stat) in
  *want*)
    rm -f supervise/life
    leave
    ;;
esac
