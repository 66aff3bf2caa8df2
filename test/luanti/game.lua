-- A game with the mod in it, and a vmd of its own (vmd.lua): `game(settings)` gives one that has made no step yet. Time
-- goes by steps.

local json = dofile("test/luanti/need.lua")("dkjson")

rawset(table, "copy", function(list)
	local copy = {}
	for key, value in pairs(list) do copy[key] = value end
	return copy
end)
rawset(table, "key_value_swap", function(list)
	local swapped = {}
	for key, value in pairs(list) do swapped[value] = key end
	return swapped
end)
rawset(string, "split", function(text)
	local parts = {}
	for part in text:gmatch("[^ ]+") do parts[#parts + 1] = part end
	return parts
end)
rawset(_G, "vector", {
	distance = function() return 0 end,
	equals = function(a, b) return a.x == b.x and a.y == b.y and a.z == b.z end,
})

local function place(pos)
	return ("%d,%d,%d"):format(pos.x, pos.y, pos.z)
end

--- What is written to a player's or a node's metadata.
local function metadata()
	local kept = {}
	return {
		get_string = function(_, key) return kept[key] or "" end,
		set_string = function(_, key, value) kept[key] = value end,
		get_int = function(_, key) return kept[key] or 0 end,
		set_int = function(_, key, value) kept[key] = value end,
		mark_as_private = function() end,
	}
end

--- A player who stands beside all there is, as hud.lua and desk.lua know one.
local function player_of(name)
	local meta, last = metadata(), 0
	return {
		is_player = function() return true end,
		get_player_name = function() return name end,
		get_pos = function() return { x = 0, y = 0, z = 0 } end,
		get_meta = function() return meta end,
		hud_get_flags = function() return {} end,
		hud_set_flags = function() end,
		hud_add = function()
			last = last + 1
			return last
		end,
		hud_change = function() end,
		hud_remove = function() end,
	}
end

--- @param settings of minetest.conf, beside a token. @param mod what another mod does while it is loaded
return function(settings, mod)
	local all = { ["vivarium.token"] = "t", ["vivarium.warm"] = "false" }
	for key, value in pairs(settings or {}) do all[key] = value end
	local it = { time = 0, said = {}, told = {}, forms = {}, privileges = {}, players = {} }
	it.vmd = dofile("test/luanti/vmd.lua")()
	local timers, steps, fields, loaded, shutdowns = {}, {}, {}, {}, {}
	local nodes, metas, stored = {}, {}, {}

	local minetest = setmetatable({
		settings = {
			get = function(_, key) return all[key] end,
			get_bool = function(_, key, usual)
				if all[key] == nil then return usual end
				return all[key] == "true"
			end,
		},
		registered_nodes = {},
		registered_chatcommands = {},
		get_modpath = function(name)
			if name == "vivarium" then return "luanti/vivarium" end
			return name == "mesecons" and rawget(_G, "mesecon") and "mesecons" or nil
		end,
		get_worldpath = function() return "worlds/w" end,
		get_translator = function()
			return function(text, ...)
				local given = { ... }
				return (text:gsub("@(%d)", function(number) return tostring(given[tonumber(number)]) end))
			end
		end,
		global_exists = function(name) return rawget(_G, name) ~= nil end,
		facedir_to_dir = function() return { x = 0, y = 0, z = 1 } end,
		log = function(_, text) it.said[#it.said + 1] = text end,
		get_us_time = function() return it.time * 1e6 end,
		after = function(seconds, f, ...) timers[#timers + 1] = { at = it.time + seconds, f = f, given = { ... } } end,
		write_json = function(value) return json.encode(value) end,
		parse_json = function(text) return (json.decode(text)) end,
		serialize = function(value) return json.encode(value) end,
		deserialize = function(text) return (json.decode(text)) end,
		formspec_escape = function(text) return (tostring(text):gsub("[%[%]\\,;]", "\\%0")) end,
		pos_to_string = function(pos) return "(" .. place(pos) .. ")" end,
		request_http_api = function() return { fetch = it.vmd.fetch } end,
		get_mod_storage = function()
			return {
				to_table = function() return { fields = stored } end,
				set_string = function(_, key, value) stored[key] = value ~= "" and value or nil end,
			}
		end,
		check_player_privs = function(name, wanted)
			local has = it.privileges[name] or {}
			if type(wanted) == "string" then return has[wanted] == true end
			for privilege in pairs(wanted) do
				if not has[privilege] then return false end
			end
			return true
		end,
		get_player_by_name = function(name) return it.players[name] end,
		player_exists = function(name) return it.players[name] ~= nil end,
		chat_send_player = function(name, text) it.told[name] = text end,
		show_formspec = function(name, _, form) it.forms[name] = form end,
		close_formspec = function(name) it.forms[name] = nil end,
		get_node = function(pos) return nodes[place(pos)] or { name = "air", param2 = 0 } end,
		get_node_or_nil = function(pos) return nodes[place(pos)] or { name = "air", param2 = 0 } end,
		swap_node = function(pos, node) nodes[place(pos)] = node end,
		get_item_group = function(name) return name:match("^vivarium:computer") and 1 or 0 end,
		get_meta = function(pos)
			metas[place(pos)] = metas[place(pos)] or metadata()
			return metas[place(pos)]
		end,
		register_node = function(name, definition) rawget(_G, "minetest").registered_nodes[name] = definition end,
		register_chatcommand = function(name, definition)
			rawget(_G, "minetest").registered_chatcommands[name] = definition
		end,
		register_globalstep = function(step) steps[#steps + 1] = step end,
		register_on_player_receive_fields = function(receive) fields[#fields + 1] = receive end,
		register_on_mods_loaded = function(f) loaded[#loaded + 1] = f end,
		register_on_shutdown = function(f) shutdowns[#shutdowns + 1] = f end,
	}, {
		__index = function(_, key)
			if key:match("^register_") then return function() end end
		end,
	})
	rawset(_G, "minetest", minetest)

	--- Lets so many steps go by, each of a twentieth of a second.
	function it.step(count)
		for _ = 1, count or 1 do
			it.time = it.time + 0.05
			local due = timers
			timers = {}
			for _, timer in ipairs(due) do
				if timer.at <= it.time then timer.f(unpack(timer.given)) else timers[#timers + 1] = timer end
			end
			for _, step in ipairs(steps) do step(0.05) end
			it.vmd.step()
		end
	end

	--- The game ends: no step comes any more, but vmd has what was sent.
	function it.shut_down()
		for _, f in ipairs(shutdowns) do f() end
		it.vmd.step()
	end

	function it.join(name, privileges)
		it.players[name], it.privileges[name] = player_of(name), privileges or { vm = true }
	end

	--- Has a player place a computer.
	function it.place(name, pos)
		nodes[place(pos)] = { name = "vivarium:computer", param2 = 0 }
		minetest.registered_nodes["vivarium:computer"].after_place_node(pos, it.players[name])
	end

	--- What the block at a place is.
	function it.definition(pos)
		return minetest.registered_nodes[minetest.get_node(pos).name]
	end

	function it.use(name, pos)
		it.definition(pos).on_rightclick(pos, minetest.get_node(pos), it.players[name])
	end

	function it.press(name, pressed)
		for _, receive in ipairs(fields) do receive(it.players[name], "vivarium:desk", pressed) end
	end

	--- What a command says to a player; one whom the game does not let use it gets nothing.
	function it.command(name, command, text)
		local definition = minetest.registered_chatcommands[command]
		if not minetest.check_player_privs(name, definition.privs or {}) then return nil end
		local _, said = definition.func(name, text)
		return said
	end

	dofile("luanti/vivarium/init.lua")
	if mod then mod() end
	for _, f in ipairs(loaded) do f() end
	return it
end
