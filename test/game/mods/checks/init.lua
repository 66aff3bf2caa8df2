local path = minetest.get_modpath("checks")

local function part(name, ...)
	return assert(loadfile(path .. "/" .. name .. ".lua"))(...)
end

local check = part("runner")
part("profile", check)
part("players", check)

if minetest.get_modpath("vivarium") then
	local join = part("sitters")
	part("virt", check)
	part("snoop", check)
	part("computers", check, join)
end
