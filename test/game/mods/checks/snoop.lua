--- What other mods can reach of vivarium's.
local check = ...

--- @return paths at which something was found that nobody may reach
check("snoop", function(bench)
	local found = {}
	bench.equal(snoop.http, nil, "the HTTP API of another mod")
	bench.equal(pcall(minetest.request_insecure_environment), true, "asking for all of Lua")
	bench.equal(minetest.request_insecure_environment(), nil, "all of Lua")
	local count = 0
	snoop.follow(function(value, path)
		count = count + 1
		if type(value) == "string" and value:find(bench.given.token, 1, true) then
			found[#found + 1] = path
		end
		if type(value) == "table" and (rawget(value, "fetch_async") or rawget(value, "post")) then
			found[#found + 1] = path
		end
	end, virt)
	return { found = table.concat(found, ", "), looked = count }
end)
