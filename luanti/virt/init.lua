-- The global `virt` is there already: vivarium/virt.lua makes it.
assert(virt)
