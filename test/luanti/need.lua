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
