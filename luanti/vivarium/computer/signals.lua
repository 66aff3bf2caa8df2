-- Computers and other mods' wires: mesecons power them and are powered by them, over digilines come and go lines.

local here = ...
local link = here.link
local Bucket = here.need("bucket")
local Lines = here.need("lines")
local condition = here.need("condition")
local store, power, block = here.computer.store, here.computer.power, here.computer.block

--- Lines in a second, either way, and so many at once.
local rate, most = 10, 20

--- Bytes of a message that are typed.
local longest = 4096

local has_mesecons = minetest.get_modpath("mesecons") and minetest.global_exists("mesecon")
local has_digilines = minetest.get_modpath("digilines") and minetest.global_exists("digilines")

local signals = { has_channels = has_digilines }

local function now()
	return minetest.get_us_time() / 1e6
end

--- A signal comes in at the back.
local function back(node)
	return { minetest.facedir_to_dir(node.param2) }
end

--- And goes out at both sides while the computer is on.
local function sides(node)
	local dir = minetest.facedir_to_dir(node.param2)
	return { { x = dir.z, y = 0, z = -dir.x }, { x = -dir.z, y = 0, z = dir.x } }
end

local function switch(computer, what)
	local done, why = power[what](computer)
	if not done then power.refuse(computer, why) end
end

--- By computer, whether its signal has ended while it was going on.
local cut_short = {}

local function begin_signal(pos)
	local computer = store.at(pos)
	if not computer then return end
	cut_short[computer.id] = nil
	if power.state(computer) ~= "loading" then switch(computer, "on") end
end

local function end_signal(pos)
	local computer = store.at(pos)
	if not computer then return end
	if power.state(computer) == "loading" then cut_short[computer.id] = true else switch(computer, "off") end
end

local function heed(computer)
	if not cut_short[computer.id] then return end
	local on = power.state(computer) == "on"
	if computer.on and not on then return end -- it is still to be
	cut_short[computer.id] = nil
	if on then switch(computer, "off") end
end

--- Nobody wants it on any more: why it is not no longer matters.
local function forgive(pos)
	local computer = store.at(pos)
	if computer then power.refuse(computer, nil) end
end

--- What the node of a state ("off", "loading" or "on") is to mesecons.
local function mesecons_of(state)
	return {
		effector = {
			rules = back,
			action_on = state ~= "on" and begin_signal or nil,
			action_off = state == "off" and forgive or end_signal,
		},
		receptor = { state = state == "on" and mesecon.state.on or mesecon.state.off, rules = sides },
	}
end

if has_mesecons then
	power.watch(heed)
	block.watch(function(pos, look, before)
		if look ~= "on" and before ~= "on" then return end
		local rules = sides(minetest.get_node(pos))
		if look == "on" then mesecon.receptor_on(pos, rules) else mesecon.receptor_off(pos, rules) end
	end)
end

--- By computer, how many messages it may still take.
local taken = {}

local function typed(pos, _, channel, message)
	local computer = store.at(pos)
	if not computer or (computer.channel or "") == "" or channel ~= computer.channel then return end
	if type(message) ~= "string" and type(message) ~= "number" then return end
	if not condition.is_up(link.machines[computer.machine]) then return end
	taken[computer.id] = taken[computer.id] or Bucket.new(rate, most)
	if taken[computer.id]:take(now()) then
		link.type(computer.machine, tostring(message):sub(1, longest) .. "\r")
	end
end

--- By computer, {machine, close}: whose output is followed.
local heard = {}

local function send(computer, line)
	-- Where the area is not loaded there is nobody to hear it.
	if store.is_there(computer) then
		digilines.receptor_send(computer.pos, digilines.rules.default, computer.channel, line)
	end
end

local function hear(computer)
	local lines, bucket, lost = Lines.new(), Bucket.new(rate, most), 0
	return link.hear(computer.machine, function(text)
		local ended, left = lines:feed(text)
		lost = lost + left
		for _, line in ipairs(ended) do
			if not bucket:take(now()) then
				lost = lost + 1
			else
				if lost > 0 then send(computer, ("(%d lines lost)"):format(lost)) end
				lost = 0
				send(computer, line)
			end
		end
	end)
end

--- Follows the output of a computer while it has a channel and is up.
local function attend(computer)
	local machine = computer.machine
	local wanted = (computer.channel or "") ~= "" and condition.is_up(link.machines[machine]) and machine or nil
	local at = heard[computer.id]
	if at and at.machine == wanted then return end
	if at then at.close() end
	heard[computer.id] = wanted and { machine = wanted, close = hear(computer) } or nil
end

--- @param channel "" for none
function signals.set_channel(computer, channel)
	store.change(computer, function()
		computer.channel = channel:sub(1, 200)
	end)
	if has_digilines then attend(computer) end
end

if has_digilines then power.watch(attend) end

--- What a node's definition has for the mods that are there.
function signals.of(state)
	return {
		mesecons = has_mesecons and mesecons_of(state) or nil,
		digilines = has_digilines
				and { receptor = {}, wire = { rules = digilines.rules.default }, effector = { action = typed } }
			or nil,
	}
end

-- Pistons would take a block away from its computer.
if has_mesecons and mesecon.register_mvps_stopper then
	for _, name in pairs(block.names) do mesecon.register_mvps_stopper(name) end
end

return signals
