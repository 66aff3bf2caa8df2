--- What is done to players whose clients are joined, and what is seen of them.
local check = ...

local function online(bench)
	local name = bench.given.player
	return bench.wait(name .. " to be in the game", function()
		return minetest.get_player_by_name(name)
	end)
end

check("sees", function(bench)
	online(bench)
end)

--- Has a player stand at `at`, look along `yaw` and `pitch` in radians, and hold `item`.
check("stand", function(bench)
	local player, given = online(bench), bench.given
	player:set_pos(given.at)
	player:set_look_horizontal(given.yaw)
	player:set_look_vertical(given.pitch)
	player:set_wielded_item(given.item)
	minetest.set_player_privs(given.player, { interact = true, shout = true, vm = true })
	minetest.set_timeofday(0.5)
end)

--- Waits until the HUD of a player shows a text.
check("hud", function(bench)
	local player, what = online(bench), bench.given.shows
	bench.wait(what, function()
		for id = 0, 500 do
			local element = player:hud_get(id)
			if element and (element.text or ""):find(what, 1, true) then
				return true
			end
		end
	end, 90)
end)

local forms = {}
local showFormspec = minetest.show_formspec
function minetest.show_formspec(name, formname, form)
	forms[name] = form
	return showFormspec(name, formname, form)
end

--- Waits until a player is shown a form that has a text.
check("form", function(bench)
	local given = bench.given
	bench.wait("a form with " .. given.shows, function()
		return (forms[given.player] or ""):find(given.shows, 1, true)
	end, 90)
end)

local placed = {}
minetest.register_on_placenode(function(pos, node)
	placed[node.name] = pos
end)

--- @return where a node was placed by somebody
check("placed", function(bench)
	return bench.wait(bench.given.node .. " to be placed", function()
		return placed[bench.given.node]
	end)
end)
