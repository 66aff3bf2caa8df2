# Prints what sysfs says of block devices: `path = value`, with line ends as \n, and `path -> target`.
cd /sys || exit
for entry in class/block/*; do
  echo "$entry -> $(readlink "$entry")"
done
for entry in class/block/*; do
  place=$(realpath "$entry")
  place=${place#/sys/}
  for file in dev size ro removable hidden diskseq partition queue/logical_block_size serial loop/backing_file \
    loop/partscan dm/name dm/uuid md/level device/model device/vendor device/type device/serial device/name; do
    [ -r "$place/$file" ] && value=$(cat "$place/$file" 2>/dev/null) && echo "$place/$file = $value"
  done
  for link in "$place"/holders/* "$place"/slaves/*; do
    [ -L "$link" ] && echo "$link -> $(readlink "$link")"
  done
  above=$place
  while [ "$above" != devices ] && [ "$above" != . ]; do
    for file in idVendor serial; do
      [ -r "$above/idVendor" ] && [ -r "$above/$file" ] && echo "$above/$file = $(cat "$above/$file")"
    done
    above=$(dirname "$above")
  done
done
