-- The block itself: placed, dug, punched into, blown up, and loaded again.

local here = ...
local S = here.S
local store, rights, power, block, desk =
	here.computer.store, here.computer.rights, here.computer.power, here.computer.block, here.computer.desk

--- Computers that their owner has said may be dug, until that is done.
local agreed = {}

local function tell(name, why)
	if name ~= "" then minetest.chat_send_player(name, why) end
end

local function name_of(player)
	return player and player:get_player_name() or ""
end

--- Who is there and uses it: machines of other mods act under players' names, too. @return the name; or nil
local function present(player)
	local name = name_of(player)
	return name ~= "" and minetest.get_player_by_name(name) == player and name or nil
end

local function after_place(pos, placer)
	local name = name_of(placer)
	local may, why = rights.may_place(name)
	if not may then
		tell(name, why)
		minetest.remove_node(pos)
		return true -- the item stays
	end
	block.show(store.add(pos, name))
end

--- The computer of a block; one that is nobody's becomes the computer of who uses it first.
local function computer_at(pos, name)
	local computer = store.at(pos)
	if computer then return computer end
	local may, why = rights.may_place(name)
	if not may then return nil, why end
	return store.add(pos, name)
end

local function on_rightclick(pos, _, clicker, itemstack)
	local name = present(clicker)
	if not name then return itemstack end
	local computer, why = computer_at(pos, name)
	if computer then
		block.show(computer)
		_, why = desk.sit(name, computer)
	end
	if why then tell(name, why) end
	return itemstack
end

local function can_dig(pos, player)
	local computer = store.at(pos)
	if not computer then return true end
	if not rights.may(name_of(player), "dig", computer) then return false end
	return not computer.machine or agreed[computer.id] == true
end

local function on_dig(pos, node, digger)
	local computer, name = store.at(pos), name_of(digger)
	if not computer then return minetest.node_dig(pos, node, digger) end
	local may, why = rights.may(name, "dig", computer)
	if not may then
		tell(name, why)
		return false
	end
	if not computer.machine or minetest.is_protected(pos, name) then return minetest.node_dig(pos, node, digger) end
	if not present(digger) then return false end
	desk.question(name, computer, function()
		local player, now = minetest.get_player_by_name(name), minetest.get_node(pos)
		if not player or store.at(pos) ~= computer then return end
		agreed[computer.id] = true
		minetest.node_dig(pos, now, player)
		agreed[computer.id] = nil
	end)
	return false
end

--- However a block goes, its machine goes with it.
local function on_destruct(pos)
	local computer = store.of_block(pos)
	if computer then power.remove(computer) end
end

local sides = {
	off = { front = "vivarium_computer_front.png", glow = 0 },
	loading = { front = "vivarium_computer_front_loading.png", glow = 3 },
	on = { front = "vivarium_computer_front_on.png", glow = 7 },
}

for state, name in pairs(block.names) do
	local side, wires = sides[state], here.computer.signals.of(state)
	minetest.register_node(name, {
		description = S("Computer"),
		tiles = {
			"vivarium_computer_top.png",
			"vivarium_computer_top.png",
			"vivarium_computer_side.png",
			"vivarium_computer_side.png^[transformFX",
			"vivarium_computer_back.png",
			side.front,
		},
		drawtype = "nodebox",
		node_box = {
			type = "fixed",
			fixed = {
				{ -7 / 16, -8 / 16, -6 / 16, 7 / 16, -4 / 16, 7 / 16 }, -- the case
				{ -2 / 16, -4 / 16, 0, 2 / 16, -3 / 16, 4 / 16 }, -- a foot
				{ -7 / 16, -3 / 16, -3 / 16, 7 / 16, 8 / 16, 4 / 16 }, -- the screen
			},
		},
		paramtype = "light",
		paramtype2 = "facedir",
		light_source = side.glow,
		is_ground_content = false,
		drop = block.names.off,
		groups = {
			cracky = 2,
			oddly_breakable_by_hand = 2,
			vivarium_computer = 1,
			not_in_creative_inventory = state ~= "off" and 1 or nil,
		},
		sounds = minetest.global_exists("default") and default.node_sound_metal_defaults() or nil,
		after_place_node = after_place,
		on_rightclick = on_rightclick,
		can_dig = can_dig,
		on_dig = on_dig,
		on_destruct = on_destruct,
		on_blast = function() end, -- it withstands
		mesecons = wires.mesecons,
		digilines = wires.digilines,
		on_rotate = minetest.global_exists("screwdriver") and screwdriver.rotate_simple or nil,
	})
end

if minetest.get_modpath("default") then
	minetest.register_craft({
		output = block.names.off,
		recipe = {
			{ "default:steel_ingot", "default:glass", "default:steel_ingot" },
			{ "default:copper_ingot", "default:mese_crystal", "default:copper_ingot" },
			{ "default:steel_ingot", "default:steel_ingot", "default:steel_ingot" },
		},
	})
end

minetest.register_lbm({
	name = "vivarium:show",
	nodenames = { "group:vivarium_computer" },
	run_at_every_load = true,
	action = function(pos)
		local computer = store.at(pos)
		if computer then block.show(computer) end
	end,
})

return {}
