-- What a mod gets hold of that follows everything that is to be had: tables, their metatables, the environments of
-- functions, what functions hold where the game lets one see it.

snoop = { http = minetest.request_http_api() }

local function followTable(it, follow, path)
	for key, value in next, it do
		follow(key, path .. ".(key)")
		follow(value, path .. "." .. tostring(key))
	end
end

local function followFunction(it, follow, path)
	follow(getfenv(it), path .. "()")
	local index = 1
	while debug.getupvalue do
		local name, value = debug.getupvalue(it, index)
		if not name then
			break
		end
		follow(value, path .. "^" .. name)
		index = index + 1
	end
end

--- Follows all that can be reached from the global table and `more`. `seen` is called with each value and its path.
function snoop.follow(seen, more)
	local known, waiting = {}, {}
	local function follow(value, path)
		seen(value, path)
		local kind = type(value)
		local metatable = (debug.getmetatable or getmetatable)(value)
		if type(metatable) == "table" and not known[metatable] then
			known[metatable] = true
			waiting[#waiting + 1] = { metatable, path .. ".(metatable)" }
		end
		if (kind == "table" or kind == "function") and not known[value] then
			known[value] = true
			waiting[#waiting + 1] = { value, path }
		end
	end
	follow(_G, "_G")
	follow(more, "more")
	while #waiting > 0 do
		local value, path = unpack(table.remove(waiting))
		if type(value) == "table" then
			followTable(value, follow, path)
		else
			followFunction(value, follow, path)
		end
	end
end
