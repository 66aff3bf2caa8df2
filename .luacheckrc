-- What Luanti gives mods, and what this one gives others.
std = "luajit"
max_line_length = 120
globals = { "virt" }
read_globals = { "minetest", "mesecon", "digilines", "default", "vector", table = { fields = { "copy" } } }
exclude_files = { "**/lib/dkjson.lua" }
files["test/luanti"] = { std = "+busted" }
