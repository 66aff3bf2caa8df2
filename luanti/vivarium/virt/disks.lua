-- What Virt calls an image of a name: a machine of vmd's, which may be off. All that is done with one is done in the
-- order in which it was asked for.

local here = ...
local link, settings = here.link, here.settings
local names = here.need("names")

local disks = {}

--- By name, what is still to be done.
local waiting = {}

--- By name, how the machine was made, as long as it has never been started.
local fresh = {}

local function begin(name)
	local job = waiting[name] and waiting[name][1]
	if not job or not link.prefix then return end
	job(names.of_mod(link.prefix, name), function()
		table.remove(waiting[name], 1)
		if #waiting[name] == 0 then waiting[name] = nil end
		begin(name)
	end)
end

--- Does something with the machine of a name when all before it is done: `job(machine, done)`.
function disks.later(name, job)
	waiting[name] = waiting[name] or {}
	table.insert(waiting[name], job)
	if #waiting[name] == 1 then begin(name) end
end

link.on("state", function(state)
	-- vmd says first what its machines are to be called.
	if state ~= "live" or disks.named then return end
	disks.named = true
	for name in pairs(table.copy(waiting)) do begin(name) end
end)

--- Calls an operation, and says in the log where it fails; `done(result, error)`.
function disks.call(operation, parameters, done)
	link.call(operation, parameters, function(result, problem)
		if problem then
			minetest.log("error", ("[vivarium] %s: %s %s"):format(operation, problem.message, problem.hint or ""))
		end
		done(result, problem)
	end)
end

local function make(machine, recipe, network, done)
	disks.call("machine.make", {
		name = machine,
		image = recipe.image,
		disk = recipe.disk,
		memory = recipe.memory or settings.memory,
		cpus = 1,
		network = network,
		display = "none",
	}, done)
end

--- The network that machines have where nothing else is said: what the token allows.
local function usualNetwork()
	return link.grant.network == "user" and "user" or "none"
end

--- Makes a machine. @param recipe {image, disk} @param told(problem) may be left out
function disks.make(name, recipe, told)
	disks.later(name, function(machine, done)
		make(machine, recipe, usualNetwork(), function(_, problem)
			fresh[name] = not problem and recipe or nil
			if told then told(problem) end
			done()
		end)
	end)
end

function disks.resize(name, size)
	disks.later(name, function(machine, done)
		disks.call("disk.resize", { name = machine, size = size }, done)
	end)
end

function disks.remove(name)
	disks.later(name, function(machine, done)
		fresh[name] = nil
		link.disown({ machine })
		disks.call("machine.remove", { name = machine, force = true }, done)
	end)
end

--- Has a machine that is off get what its next start is to have: memory, and no network where it is to have none. A CD
-- it gets only where it has just been made, and is made once more with it.
-- @param info as Virt's: {memory, nic, cdrom}
function disks.furnish(name, machine, info, done)
	local recipe = fresh[name]
	fresh[name] = nil
	if recipe and info.cdrom then
		local network = info.nic == false and "none" or usualNetwork()
		local other = { image = info.cdrom, disk = recipe.disk, memory = info.memory }
		return disks.call("machine.remove", { name = machine, force = true }, function(_, problem)
			if problem then return done(nil, problem) end
			make(machine, other, network, done)
		end)
	end
	if info.cdrom then
		minetest.log("warning", ("[vivarium] %s was started before: it gets no CD any more"):format(name))
	end
	local changes = { "memory=" .. info.memory }
	if info.nic == false then changes[2] = "networks=[]" end
	disks.call("machine.set", { name = machine, changes = changes }, done)
end

return disks
