-- The command /vm: what players say to computers.

local here = ...
local S, link = here.S, here.link
local words, store, images, rights, power, settle, share_with = here.computer.words, here.computer.store,
	here.computer.images, here.computer.rights, here.computer.power, here.computer.settle, here.computer.share
local again, machines = here.computer.again, here.computer.machines
local register = store.register

local function tell(name, text)
	minetest.chat_send_player(name, text)
end

--- What a player may call by a number or, as an administrator, by a machine's name.
-- @return {computer, machine}; or nil and what is wrong
local function find(name, text)
	if not text then return nil, S("Say which one, by its number. See: /vm list") end
	local computer = register:get(tonumber(text)) or register:with_machine(text)
	if computer then return { computer = computer, machine = computer.machine } end
	if rights.is_admin(name) and link.machines[text] then return { machine = text } end
	return nil, S("There is no computer @1. See: /vm list", text)
end

local function find_computer(name, text, deed)
	local found, why = find(name, text)
	if not found then return nil, why end
	if not found.computer then return nil, S("@1 is no computer, but a machine without a block.", text) end
	local may, reason = rights.may(name, deed, found.computer)
	if not may then return nil, reason end
	return found.computer
end

--- A line of a list.
local function line(computer)
	local state, sentence = power.state(computer)
	local parts = {
		S("@1: @2 at @3, @4", computer.id, computer.owner, minetest.pos_to_string(computer.pos), words.state(state)),
		computer.image and S("image @1", computer.image) or nil,
	}
	local text = table.concat(parts, ", ")
	if store.is_there(computer) == false then text = text .. " - " .. S("its block is gone: /vm rm @1", computer.id) end
	return sentence ~= "" and text .. " - " .. sentence or text
end

local function list_of(computers, empty)
	local lines = {}
	for _, computer in ipairs(computers) do lines[#lines + 1] = line(computer) end
	return true, #lines > 0 and table.concat(lines, "\n") or empty
end

local function list_strays()
	local lines = {}
	for name in pairs(settle.strays) do lines[#lines + 1] = name end
	table.sort(lines)
	if #lines == 0 then return true, S("Every machine of computers has its computer here.") end
	return true, S("Machines of no computer in this world (/vm rm NAME removes one): @1", table.concat(lines, ", "))
end

--- By computer, who has asked for what is being done with it: that may fail, and nobody sits there to see it.
local asked = {}

power.watch(function(computer)
	local name = asked[computer.id]
	if not name or power.is_busy(computer) then return end
	asked[computer.id] = nil
	local state, sentence = power.state(computer)
	if state ~= "refused" then return end
	tell(name, S("Computer @1: @2", computer.id, words.state(state)) .. " - " .. sentence)
end)

--- Does something with a computer by power, or with a machine without a block by vmd.
local function act(what, operation, parameters)
	return function(name, text)
		local found, why = find(name, text)
		if not found then return false, why end
		if found.computer then
			local may, reason = rights.may(name, "power", found.computer)
			if not may then return false, reason end
			local done, refused = power[what](found.computer)
			if not done then return false, refused end
			asked[found.computer.id] = name
			local state = power.state(found.computer)
			return true, S("Computer @1: @2", found.computer.id, words.state(state))
		end
		local all = table.copy(parameters or {})
		all.name = found.machine
		link.call(operation, all, function(_, problem)
			tell(name, problem and problem.message or S("@1: done.", found.machine))
		end)
		return true, S("@1: asked.", found.machine)
	end
end

local function remove_stray(name, machine)
	if not again.says(name, "rm " .. machine) then
		return true, S(
			"@1 is removed with all that is on its disk. To do it, say that again within @2 s.",
			machine,
			again.patience
		)
	end
	settle.remove_stray(machine, function(problem)
		tell(name, problem and problem.message or S("@1 is removed.", machine))
	end)
	return true
end

local function remove(name, text)
	local found, why = find(name, text)
	if not found then return false, why end
	local computer = found.computer
	if not computer then return remove_stray(name, found.machine) end
	local may, reason = rights.may(name, "dig", computer)
	if not may then return false, reason end
	if computer.machine and not again.says(name, "rm " .. computer.id) then
		return true, S(
			"The machine of computer @1 is removed with all that is on its disk. To do it, say that again within @2 s.",
			computer.id,
			again.patience
		)
	end
	if store.is_there(computer) == false then
		power.remove(computer)
		return true, S("Computer @1 is removed.", computer.id)
	end
	power.forget(computer)
	return true, S("The machine of computer @1 is removed; its block stays.", computer.id)
end

local function share(name, text, player, level)
	level = level or "use"
	if not player or not (level == "use" or level == "look" or level == "no") then
		return false, S("Say so: /vm share NUMBER PLAYER look, use or no. * is everybody.")
	end
	local computer, why = find_computer(name, text, "share")
	if not computer then return false, why end
	local done, refused = share_with(computer, player, level ~= "no" and level or nil)
	if not done then return false, refused end
	local outcome = { use = S("may use it"), look = S("may look"), no = S("no more") }
	return true, S("Computer @1, @2: @3", computer.id, player, outcome[level])
end

local function fork(name, from_text, to_text)
	if not to_text then
		return false, S("Say so: /vm fork FROM TO. TO is one of yours that was never on. See: /vm list")
	end
	local from, why = find_computer(name, from_text, "power")
	if not from then return false, why end
	local to, reason = find_computer(name, to_text, "power")
	if not to then return false, reason end
	local done, refused = power.fork(from, to)
	if not done then return false, refused end
	return true, S("Computer @1 goes on where @2 is now.", to.id, from.id)
end

--- Does something when it is known which images there are by now, and tells the player what came of it.
local function with_images(run)
	return function(name, ...)
		local given = { ... }
		images.look(function()
			local _, said = run(name, unpack(given, 1, 2))
			tell(name, said)
		end)
		return true
	end
end

local function choose(name, text, image)
	local computer, why = find_computer(name, text, "power")
	if not computer then return false, why end
	if not image then return false, S("Say so: /vm image NUMBER IMAGE. See: /vm images") end
	for _, allowed in ipairs(images.allowed()) do
		if allowed == image then
			if computer.machine then
				return false, S("Computer @1 is made of @2. Try: /vm rm @3", computer.id, computer.image, computer.id)
			end
			store.change(computer, function()
				computer.image = image
			end)
			power.tell(computer)
			return true, S("Computer @1 is made of @2 when it is powered on.", computer.id, image)
		end
	end
	return false, S("There is no image @1. See: /vm images", image)
end

local function list_images()
	local known = images.allowed()
	if #known == 0 then
		if link.state ~= "live" then return false, words.away() end
		return true, S("There is none. The server's owner gets one with: vm image build tiny")
	end
	return true, table.concat(known, "\n")
end

local verbs = {
	list = function(name, which)
		if which == nil then return list_of(register:of(name), S("You have no computer. Place one.")) end
		if not rights.is_admin(name) then return false, S("That is for who has vm_admin. Try: /vm list") end
		if which == "all" then return list_of(register:all(), S("There is no computer.")) end
		if which == "strays" then return list_strays() end
		return list_of(register:of(which), S("@1 has no computer.", which))
	end,
	start = act("on", "machine.start"),
	stop = act("off", "machine.stop"),
	kill = act("cut", "machine.kill"),
	reset = act("reset", "machine.restart", { now = true }),
	rm = remove,
	images = with_images(list_images),
	image = with_images(choose),
	share = share,
	fork = fork,
	make = function(name, ...)
		if not rights.is_admin(name) then return false, S("That is for who has vm_admin. Place a computer instead.") end
		return machines.make(name, ...)
	end,
}

local help = table.concat({
	S("/vm list - your computers (vm_admin: all, strays, or a player)"),
	S("/vm images - what computers are made of"),
	S("/vm image NUMBER IMAGE - choose it before the first start"),
	S("/vm start, stop, kill or reset NUMBER"),
	S("/vm fork FROM TO - a new computer goes on where another is"),
	S("/vm share NUMBER PLAYER look, use or no"),
	S("/vm rm NUMBER - remove its machine"),
	S("/vm make NAME IMAGE SIZE - a machine without a block (vm_admin)"),
}, "\n")

minetest.register_chatcommand("vm", {
	params = S("<what> ..."),
	description = S("Computers: what they do and who may use them"),
	func = function(name, text)
		if not rights.has_vm(name) then return false, S("That takes the privilege vm. Ask for: /grant @1 vm", name) end
		local given = text:split(" ")
		if #given == 0 or given[1] == "help" then
			return true, link.state == "live" and help or help .. "\n" .. words.away()
		end
		local verb = verbs[given[1]]
		if not verb then return false, S("There is no /vm @1. Try: /vm", given[1]) end
		return verb(name, unpack(given, 2))
	end,
})

return {}
