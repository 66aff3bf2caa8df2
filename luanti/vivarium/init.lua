-- Real computers inside Luanti. All that the mod does outside the game is to talk to vmd over HTTP (http.lua).

local path = minetest.get_modpath("vivarium")

local libraries = {}

--- A file of lib/, which knows nothing of the game.
local function need(name)
	if libraries[name] == nil then
		libraries[name] = assert(loadfile(path .. "/lib/" .. name .. ".lua"))(need)
	end
	return libraries[name]
end

--- What the files beside this one share; no other mod gets it.
local here = { need = need, S = minetest.get_translator("vivarium"), path = path }

--- Another file of the mod, which is given what they share.
function here.part(name, ...)
	return assert(loadfile(path .. "/" .. name .. ".lua"))(here, ...)
end

here.settings = here.part("settings")
-- Only the main chunk of a mod that the server's owner has named is given it, and only while it is loaded.
here.link = here.part("link", here.part("http", minetest.request_http_api()))
here.part("virt")
here.part("computer/init")
