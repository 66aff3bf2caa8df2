-- What Luanti gives mods, and what this one gives others.
std = "luajit"
max_line_length = 120
globals = { "virt" }
read_globals = {
	"minetest", "mesecon", "digilines", "default", "screwdriver", "vector",
	table = { fields = { "copy", "key_value_swap" } }, string = { fields = { "split" } },
}
exclude_files = { "**/lib/dkjson.lua" }
files["test/luanti"] = { std = "+busted" }
files["test/game/mods"] = { globals = { "minetest", "digilines", "digiline", "frontend", "snoop" }, read_globals = { "dump", "ItemStack" } }
