<<<<<<< HEAD
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
=======
-- Gives the files of luanti/vivarium/lib as the mod's init.lua does, each test its own.

return function()
	local libraries = {}
	local function need(name)
		if libraries[name] == nil then
			libraries[name] = assert(loadfile("luanti/vivarium/lib/" .. name .. ".lua"))(need)
		end
		return libraries[name]
	end
	return need
end
>>>>>>> 92b7b99c75402d0e1a618650786e04261360f758
