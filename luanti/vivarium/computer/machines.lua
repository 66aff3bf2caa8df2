-- Commands for machines without a block, which other mods use.

local here = ...
local S, link, disks = here.S, here.link, here.disks
local condition = here.need("condition")
local words, rights, again = here.computer.words, here.computer.rights, here.computer.again

local machines = {}

--- A machine without a block, for other mods: made, and not started.
function machines.make(name, machine, image, size)
	if not (machine and image) then return false, S("Say what to call it and the image. See: /vm images") end
	if size and not size:match("^%d+%.?%d*[kKMGTPE]?$") then
		return false, S("@1 is no size. A size is such as 3G or 256M.", size)
	end
	if not link.prefix then return false, words.away() end
	disks.make(machine, { image = image, disk = size }, function(problem)
		minetest.chat_send_player(name, problem and problem.message or S("@1 is made of @2.", machine, image))
	end)
	return true, S("@1 is being made of @2.", machine, image)
end

--- For who runs the server, as with Virt.
local function is_owner(name)
	return minetest.check_player_privs(name, "server") or rights.is_admin(name)
end

local function owners_only(run)
	return function(name, text)
		if not is_owner(name) then return false, S("That takes the privilege server or vm_admin.") end
		return run(name, text)
	end
end

minetest.register_chatcommand("make_vm_from_base", {
	params = S("<name> <base> [<size>]"),
	description = S("Make a machine of an image, for mods that use Virt's functions"),
	func = owners_only(function(name, text)
		local given = text:split(" ")
		return machines.make(name, given[1], given[2], given[3])
	end),
})

minetest.register_chatcommand("kill_all_vms", {
	description = S("Kill all machines of this game at once, as a power cut does"),
	func = owners_only(function(name)
		local on = {}
		for machine, view in pairs(link.machines or {}) do
			if condition.is_up(view) then on[#on + 1] = machine end
		end
		if #on == 0 then return true, S("No machine is on.") end
		if not again.says(name, "kill all") then
			return true,
				S("Machines that are on: @1. To kill all of them, say again within @2 s: /kill_all_vms", #on, again.patience)
		end
		for _, machine in ipairs(on) do
			link.call("machine.kill", { name = machine }, function(_, problem)
				if problem then minetest.chat_send_player(name, machine .. ": " .. problem.message) end
			end)
		end
		return true, S("Machines that are killed: @1.", #on)
	end),
})

return machines
