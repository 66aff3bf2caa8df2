# Prints what sysfs says of block devices: `path = value`, with line ends as \n, and `path -> target`. Values are read
# by the shell alone: a process for each takes an emulated guest most of the time.
cd /sys || exit

# value_of FILE: its first line in $value, where it can be read.
value_of() {
  value=
  { IFS= read -r value <"$1" || [ -n "$value" ]; } 2>/dev/null
}

for entry in class/block/*; do
  echo "$entry -> $(readlink "$entry")"
done
for entry in class/block/*; do
  place=$(realpath "$entry")
  place=${place#/sys/}
  for file in dev size ro removable hidden diskseq partition queue/logical_block_size serial loop/backing_file \
    loop/partscan dm/name dm/uuid md/level device/model device/vendor device/type device/serial device/name; do
    value_of "$place/$file" && echo "$place/$file = $value"
  done
  for link in "$place"/holders/* "$place"/slaves/*; do
    [ -L "$link" ] && echo "$link -> $(readlink "$link")"
  done
  above=$place
  while [ "$above" != devices ] && [ "$above" != . ]; do
    for file in idVendor serial; do
      [ -r "$above/idVendor" ] && value_of "$above/$file" && echo "$above/$file = $value"
    done
    above=${above%/*}
  done
done
