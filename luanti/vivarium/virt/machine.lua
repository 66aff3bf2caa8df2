-- One machine, as mods that were written for Virt know it.

local here, disks = ...
local link = here.link
local keycombo = here.need("keycombo").bytes

--- Bytes of output that are kept for who does not ask for them; and that wait to be typed while it starts.
local most, most_typed = 1048576, 65536

local up = { running = true, paused = true, starting = true }

--- What mods are not to change of a machine, by its object: what vmd calls it, how it is, what it has said.
local private = setmetatable({}, { __mode = "k" })

local Machine = {}
Machine.__index = Machine

local function warn(self, problem)
	minetest.log("warning", ("[vivarium] %s: %s"):format(self.name, problem))
end

local function hear(self, text, lost)
	local own = private[self]
	if lost then warn(self, ("%d bytes of its output are lost"):format(lost)) end
	own.output[#own.output + 1] = text
	own.heard = own.heard + #text
	while own.heard > most do own.heard = own.heard - #table.remove(own.output, 1) end
end

local function send(self, bytes)
	local taken, problem = link.type(private[self].machine, bytes)
	if not taken then warn(self, problem.message) end
end

--- Has it start, or go on where it was suspended, or run on; then types what came meanwhile.
local function start(self, done)
	local own = private[self]
	local this = { name = own.machine }
	local function started(_, problem)
		own.starting, own.failed, own.up = false, problem, not problem
		if #own.typed > 0 and not problem then send(self, table.concat(own.typed)) end
		own.typed = {}
		done()
	end
	local function begin(_, problem)
		if problem then return started(nil, problem) end
		disks.call("machine.start", this, started)
	end
	disks.call("machine.status", this, function(view, problem)
		if problem then return started(nil, problem) end
		if view.state == "running" then return started() end
		if view.state == "paused" then return disks.call("machine.resume", this, started) end
		if view.state == "suspended" then return begin() end
		disks.furnish(self.name, own.machine, own.info, begin)
	end)
end

function Machine.new(name, info)
	local self = setmetatable({
		name = name,
		info = info,
		command = ("vm start %s"):format(name),
		qmp_greeting = {},
		-- Code that only looks whether they are there finds them.
		serial_input = true,
		monitor_input = true,
		process = true,
	}, Machine)
	local own = { starting = true, output = {}, heard = 0, typed = {}, typedBytes = 0, received = {} }
	own.info = table.copy(info) -- which is the caller's, and may be another when it is its turn
	private[self] = own
	disks.later(name, function(machine, done)
		own.machine = machine
		self.command = ("vm start %s"):format(machine)
		if own.killed then return done() end
		own.close = link.hear(machine, function(text, lost) hear(self, text, lost) end)
		link.own({ machine })
		start(self, done)
	end)
	return self
end

link.on("machine", function(view)
	for _, self in pairs(virt.machines) do
		local own = private[self]
		if own and own.machine == view.name and not own.starting then own.up = up[view.state] or false end
	end
end)

--- All that the console has said since this was asked last; "" where that is nothing.
function Machine:get_output()
	local own = private[self]
	local text = table.concat(own.output)
	own.output, own.heard = {}, 0
	return text
end

--- Types at the console; "\n" is enter. What comes before the machine is up is typed when it is.
function Machine:send_input(text)
	if type(text) ~= "string" then error("virt: what is typed must be a string, and is " .. type(text), 2) end
	local own = private[self]
	if not own.starting then return send(self, text) end
	own.typedBytes = own.typedBytes + #text
	if own.typedBytes > most_typed then return warn(self, "more was typed than can wait for its start") end
	own.typed[#own.typed + 1] = text
end

--- Types keys that are pressed together, or by their names: "ctrl-C", "tab", "0x1b".
function Machine:send_keycombo(keys)
	if type(keys) ~= "string" then error("virt: the keys must be a string, and are " .. type(keys), 2) end
	self:send_input(keycombo(keys))
end

--- Whether it does not run any more.
function Machine:dead()
	local own = private[self]
	if own.killed or own.failed then return true end
	if own.starting then return link.state == "refused" end
	return not own.up
end

--- Does something when all that was asked for before is done.
local function later(self, operation, parameters, done)
	disks.later(self.name, function(machine, ended)
		local all = { name = machine }
		for key, value in pairs(parameters or {}) do all[key] = value end
		disks.call(operation, all, function(result, problem)
			if done then done(result, problem) end
			ended()
		end)
	end)
end

local function forget(self)
	local own = private[self]
	if virt.machines[self.name] == self then virt.machines[self.name] = nil end
	if own.close then own.close() end
end

--- Ends it at once. It is no longer one of virt.machines; its disk stays.
function Machine:kill()
	local own = private[self]
	if own.killed then return end
	own.killed = true
	forget(self)
	-- A guest that is asked to end by itself may take long: that is not waited for.
	if own.leaving and not own.starting then disks.call("machine.kill", { name = own.machine }, function() end) end
	later(self, "machine.stop", { now = true })
end

--- @return this one while it runs, or will as soon as vmd lets it; else one with the same info that does
function Machine:revive()
	local own = private[self]
	if not self:dead() or own.starting and not own.killed then return self end
	forget(self)
	return (virt.QemuVirtMachine(self.name, self.info))
end

--- Presses the power button; a guest that does not heed it is switched off after a while.
function Machine:powerdown()
	local own = private[self]
	own.leaving = true
	later(self, "machine.stop", nil, function() own.leaving = false end)
end

function Machine:pause() later(self, "machine.pause") end
function Machine:resume() later(self, "machine.resume") end

local function requireQmp()
	if not virt.qmp_enabled then
		error("virt: QMP is off: it needs vivarium.qmp = true and a token of scope admin", 3)
	end
end

local function checkCommand(command)
	if type(command) ~= "table" or type(command.execute) ~= "string" then
		error("virt: a command must be a table such as { execute = \"query-status\" }", 3)
	end
end

local function ask(self, command)
	local parameters = { command = command.execute, arguments = command.arguments }
	local id = command.id
	later(self, "machine.qmp", parameters, function(result, problem)
		local answer = problem and { error = { class = "GenericError", desc = problem.message } }
			or { ["return"] = result or {} }
		answer.id = id
		table.insert(private[self].received, answer)
	end)
end

--- Sends a command as QMP has it: {execute = …, arguments = …}. What it answers is there for receive_from_qmp later.
function Machine:send_qmp_command(command)
	requireQmp()
	checkCommand(command)
	ask(self, command)
end

--- The oldest answer that was not taken yet; nil where there is none.
function Machine:receive_from_qmp()
	requireQmp()
	return table.remove(private[self].received, 1)
end

--- Sends a command, and gives the oldest answer that is there: nothing here waits, so it is that of an earlier command.
function Machine:send_qmp_and_receive_laggy_consider_not_using(command)
	requireQmp()
	checkCommand(command)
	ask(self, command)
	return self:receive_from_qmp() or {}
end

--- Sends a line to the monitor, whose answer is there for receive_from_qmp. @param cpu its number; may be left out
function Machine:send_human_monitor_command(line, cpu)
	requireQmp()
	if type(line) ~= "string" then error("virt: the line must be a string, and is " .. type(line), 2) end
	ask(self, {
		execute = "human-monitor-command",
		arguments = { ["command-line"] = line, ["cpu-index"] = cpu },
	})
end

return Machine
