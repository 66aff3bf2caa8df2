-- Gives the specs `need` as the mod's init.lua gives it to the files of lib/.

local root = debug.getinfo(1, "S").source:match("^@(.*)test/luanti/need%.lua$")
local loaded = {}

local function need(name)
	if loaded[name] == nil then
		loaded[name] = assert(loadfile(root .. "luanti/vivarium/lib/" .. name .. ".lua"))(need)
	end
	return loaded[name]
end

return need
