-- Has computers go on and off, and knows how each is.

local here = ...
local S, link = here.S, here.link
local condition = here.need("condition")
local names = here.need("names")
local words, store, images, rights =
	here.computer.words, here.computer.store, here.computer.images, here.computer.rights
local register = store.register

local power = {
	--- Whether vmd has said, since it is there, which machines there are.
	known = false,
}

--- What is being done, by computer: {verb, since, progress}; and why what was asked last was refused.
local works, refusals = {}, {}

--- Names of machines that vmd has been asked to make and has not answered about.
local making = {}

local watchers = {}

--- Is told of a computer that has changed, or is no more: the register does not have it then.
function power.watch(watcher)
	watchers[#watchers + 1] = watcher
end

--- Tells all who watch it that a computer has changed.
function power.tell(computer)
	for _, watcher in ipairs(watchers) do watcher(computer) end
end
local changed = power.tell

local function log(what, computer, problem)
	minetest.log("warning", ("[vivarium] computer %d of %s: %s: %s %s")
		:format(computer.id, computer.owner, what, problem.message, problem.hint or ""))
end

--- @return the state and the sentence that belongs to it, as lib/condition has them
function power.state(computer)
	local work = works[computer.id]
	local state, reason = condition.of({
		link = link.state,
		problem = link.problem,
		known = power.known,
		machine = computer.machine and link.machines[computer.machine],
		computer = computer,
		busy = work and work.verb,
		refusal = refusals[computer.id],
	})
	if work and state ~= "lost" then reason = words.progress(work) end
	return state, words.sentence(state, reason)
end

--- Notes whether its players want a computer on.
function power.wish(computer, on)
	if computer.on == on then return end
	store.change(computer, function()
		computer.on = on
	end)
end

local wish = power.wish

--- Whether something is being done with a computer.
function power.is_busy(computer)
	return works[computer.id] ~= nil
end

--- Has vmd do something with a computer. What is under way keeps others out.
-- @param done(problem, stale) is called before anybody is told; stale: something else was begun meanwhile, or the
--  computer is no more
local function work(computer, verb, operation, parameters, done)
	local this = { verb = verb, since = minetest.get_us_time() }
	works[computer.id], refusals[computer.id] = this, nil
	link.call(operation, parameters, function(_, problem)
		if problem then log(operation, computer, problem) end
		if works[computer.id] ~= this then return done(problem, true) end
		works[computer.id] = nil
		refusals[computer.id] = problem and words.problem(problem)
		done(problem, false)
		changed(computer)
	end, function(text)
		if works[computer.id] ~= this then return end
		this.progress = text
		changed(computer)
	end)
	changed(computer)
end

--- Removes a machine that no computer has any more; where that cannot be now, it is when vmd is there again.
function power.bury(machine)
	register:doom(machine)
	link.disown({ machine })
	link.call("machine.remove", { name = machine, force = true }, function(_, problem)
		if problem and problem.code:match("^service%-") then return end
		register:spare(machine)
		if problem and problem.code ~= "machine-not-found" then
			minetest.log("error", ("[vivarium] %s is left: %s %s"):format(machine, problem.message, problem.hint or ""))
		end
	end)
end

local bury = power.bury

--- Notes that a computer's machine is there.
function power.made(computer)
	store.change(computer, function()
		computer.made = true
	end)
end

--- A name that no machine has, or may be about to have, as far as one knows. @return it, and which try it was
local function free_name(computer, try)
	while true do
		local machine = names.of_computer(link.prefix, computer.owner, computer.id, try)
		local other = register:with_machine(machine)
		local taken = link.machines[machine] or making[machine] or register.doomed[machine]
		if not taken and (not other or other == computer) then return machine, try end
		try = try + 1
	end
end

--- Has vmd make a computer's machine. @param failed(problem) is called where it cannot, and is not known to have
local function make(computer, machine, image, verb, operation, parameters, failed)
	-- Kept before it is there: whatever happens meanwhile, it is known whose it is.
	store.change(computer, function()
		computer.machine, computer.made, computer.image, computer.on = machine, false, image, true
	end)
	making[machine] = true
	link.own({ machine })
	parameters.names = { machine }
	work(computer, verb, operation, parameters, function(problem)
		making[machine] = nil
		if register:with_machine(machine) ~= computer then return problem or bury(machine) end
		if not problem then return power.made(computer) end
		if problem.code == "service-lost" then return end -- what became of it is seen when vmd is there again
		link.disown({ machine })
		store.change(computer, function()
			computer.machine = nil
		end)
		failed(problem)
	end)
end

--- @param try from 1 on, of its machine's name
local function launch(computer, image, try)
	local machine
	machine, try = free_name(computer, try)
	make(computer, machine, image, "on", "machine.launch", images.launching(image, {}), function(problem)
		if problem.code == "machine-exists" and try < 20 then return launch(computer, image, try + 1) end
		wish(computer, false)
	end)
end

--- Has the machine that a computer has go on. @param done (may be left out) is called when that is done, or has failed
function power.start(computer, done)
	local machine = computer.machine
	local view = link.machines[machine]
	local operation = view and view.state == "paused" and "machine.resume" or "machine.start"
	work(computer, "on", operation, { name = machine }, function(problem, stale)
		if problem and not stale then
			if problem.code ~= "service-lost" then wish(computer, false) end
			-- It says by itself that its machine is gone.
			if problem.code == "machine-not-found" then refusals[computer.id] = nil end
		end
		if done then done() end
	end)
end

--- Whether a computer's machine is, or may be, at vmd.
local function has_machine(computer)
	if not computer.machine then return false end
	return link.machines[computer.machine] ~= nil or not power.known
end

local function one_moment(going)
	return S("One moment: @1", words.progress(going))
end

--- Whether a computer has a part in what its owner may have on at once: also one that is still going off.
local function counts(computer)
	return computer.on or works[computer.id] ~= nil or condition.is_up(link.machines[computer.machine])
end

--- Powers a computer on: the first time its machine is made of its image, later it goes on or boots.
-- @return true; or nil and why not
function power.on(computer)
	if link.state ~= "live" or not power.known then return nil, words.away() end
	if works[computer.id] then return nil, one_moment(works[computer.id]) end
	local view = computer.machine and link.machines[computer.machine]
	if view and view.state == "running" then return true end
	local may, why = rights.may_run(computer, counts)
	if not may then return nil, why end
	if has_machine(computer) then
		wish(computer, true)
		power.start(computer)
		return true
	end
	local image = images.of(computer)
	if not image then
		if computer.image then return nil, S("The image @1 is not to be had any more. Choose another.", computer.image) end
		return nil, S("There is no image to make a computer of. The server's owner gets one with: vm image build tiny")
	end
	launch(computer, image, 1)
	return true
end

--- Shows why what was asked was refused, where nobody is there to be told. @param why nil: nothing was
function power.refuse(computer, why)
	if refusals[computer.id] == why then return end
	refusals[computer.id] = why
	changed(computer)
end

--- Does something with a machine that is up. @param on whether its players want it on from now on
local function with_machine(computer, on, verb, operation, parameters)
	if link.state ~= "live" then return nil, words.away() end
	local going = works[computer.id]
	if going and not (verb == "cut" and going.verb == "off") then return nil, one_moment(going) end
	if not has_machine(computer) then return nil, S("There is no machine yet. Try: /vm start @1", computer.id) end
	wish(computer, on)
	parameters.name = computer.machine
	work(computer, verb, operation, parameters, function() end)
	return true
end

--- Presses the power button: the guest ends by itself, or after a while all the same.
function power.off(computer)
	local going = works[computer.id]
	if going and going.verb == "off" then return power.cut(computer) end
	return with_machine(computer, false, "off", "machine.stop", {})
end

--- Pulls the plug.
function power.cut(computer)
	return with_machine(computer, false, "cut", "machine.kill", {})
end

--- Presses the reset button.
function power.reset(computer)
	local may, why = rights.may_run(computer, counts)
	if not may then return nil, why end
	return with_machine(computer, true, "reset", "machine.restart", { now = true })
end

--- Has a computer that was never on go on where another is now.
function power.fork(from, to)
	if link.state ~= "live" or not power.known then return nil, words.away() end
	if works[to.id] then return nil, one_moment(works[to.id]) end
	if has_machine(to) then return nil, S("It has a machine already. Try: /vm rm @1", to.id) end
	local view = from.machine and link.machines[from.machine]
	if not (view and view.state == "running") then
		return nil, S("What is forked must be on. Try: /vm start @1", from.id)
	end
	local may, why = rights.may_run(to, counts)
	if not may then return nil, why end
	make(to, free_name(to, 1), from.image, "fork", "machine.fork", { from = from.machine }, function()
		wish(to, false)
	end)
	return true
end

--- A computer's machine is to be no more. The computer stays, as if it was never on.
function power.forget(computer)
	local machine = computer.machine
	works[computer.id], refusals[computer.id] = nil, nil
	if not machine then return end
	store.change(computer, function()
		computer.machine, computer.made, computer.on = nil, nil, false
	end)
	bury(machine)
	changed(computer)
end

--- A computer is to be no more.
function power.remove(computer)
	power.forget(computer)
	register:remove(computer)
	changed(computer)
end

return power
