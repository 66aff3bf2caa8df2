local path = minetest.get_modpath("checks")
local check = dofile(path .. "/runner.lua")

for _, name in ipairs({ "profile", "players", "virt", "snoop" }) do
	assert(loadfile(path .. "/" .. name .. ".lua"))(check)
end
