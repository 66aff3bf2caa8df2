-- What is seen to when vmd is there, or is there again: what is kept here and what vmd has may differ.

local here = ...
local link = here.link
local condition = here.need("condition")
local store, power = here.computer.store, here.computer.power
local register = store.register

local settle = {
	--- Machines that vmd has and no computer of this world, by name.
	strays = {},
}

--- Computers that were on when the game ended, or vmd, and have not been seen to since; and which time it is that
-- they are seen to: vmd may go and be there again before that is done.
local asleep, time = {}, 0

--- They go on, one after the other: many at once would make all of them slow.
local function wake(computers, index, this)
	if this ~= time then return end
	local computer = computers[index]
	if not computer or link.state ~= "live" then
		asleep = {}
		return
	end
	asleep[computer.id] = nil
	local function next_one()
		return wake(computers, index + 1, this)
	end
	local view = computer.machine and link.machines[computer.machine]
	if not computer.on or power.is_busy(computer) or condition.is_up(view) then return next_one() end
	power.start(computer, next_one)
end

--- Sees how what is kept here and what vmd has fit together.
-- @return computers that are to be on, and whose machine vmd was asked for and has not made
local function compare(machines)
	local there, unmade = {}, {}
	for _, view in ipairs(machines) do there[#there + 1] = view.name end
	local found = register:differences(there, link.prefix .. "pc-")
	for _, computer in ipairs(found.gone) do
		local making = power.is_busy(computer)
		if computer.made and not making then
			power.refuse(computer, nil)
			power.wish(computer, false)
			minetest.log("warning", ("[vivarium] computer %d of %s: its machine %s is not there any more")
				:format(computer.id, computer.owner, computer.machine))
		elseif not making then
			if computer.on then unmade[#unmade + 1] = computer end
			store.change(computer, function()
				computer.machine, computer.on = nil, false
			end)
		end
	end
	settle.strays = {}
	for _, name in ipairs(found.strays) do
		settle.strays[name] = true
		minetest.log("warning", ("[vivarium] %s is the machine of no computer in this world (see: /vm list strays)")
			:format(name))
	end
	return unmade
end

local function see_to(machines)
	local unmade = compare(machines)
	power.known = true
	asleep, time = {}, time + 1
	local exists, own, on = {}, {}, {}
	for _, view in ipairs(machines) do exists[view.name] = view end
	for machine in pairs(table.copy(register.doomed)) do
		if exists[machine] then power.bury(machine) else register:spare(machine) end
	end
	for _, computer in ipairs(register:all()) do
		local view = exists[computer.machine]
		if view then
			own[#own + 1] = computer.machine
			if not computer.made and not power.is_busy(computer) then power.made(computer) end
			if computer.on then
				on[#on + 1] = computer
				asleep[computer.id] = true
			elseif condition.is_up(view) then
				power.wish(computer, true)
			end
		end
	end
	if #own > 0 then link.own(own) end
	wake(on, 1, time)
	for _, computer in ipairs(unmade) do
		local done, why = power.on(computer)
		if not done then power.refuse(computer, why) end
	end
end

--- Computers to tell of, a few in each step.
local waiting = {}

local function tell_some()
	for _ = 1, 5 do
		local computer = table.remove(waiting)
		if not computer then return end
		if register:get(computer.id) == computer then power.tell(computer) end
	end
	minetest.after(0, tell_some)
end

local function tell_all()
	local idle = #waiting == 0
	waiting = register:all()
	if idle then tell_some() end
end

link.on("state", function(state)
	if state ~= "live" then
		power.known = false
		return tell_all()
	end
	link.call("machine.list", {}, function(machines, problem)
		if problem then return minetest.log("error", "[vivarium] " .. problem.message) end
		see_to(machines)
		tell_all()
	end)
end)

link.on("machine", function(view)
	settle.strays[view.name] = view.state ~= "removed" and settle.strays[view.name] or nil
	local computer = register:with_machine(view.name)
	if not computer then return end
	if power.known and not power.is_busy(computer) and not asleep[computer.id] then
		if condition.is_up(view) then
			power.refuse(computer, nil)
			power.wish(computer, true)
		else
			power.wish(computer, false)
		end
	end
	power.tell(computer)
end)

--- Removes a machine that no computer of this world has.
function settle.remove_stray(machine, done)
	link.call("machine.remove", { name = machine, force = true }, function(_, problem)
		if not problem then settle.strays[machine] = nil end
		done(problem)
	end)
end

return settle
