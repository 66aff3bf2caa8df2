-- One machine, as mods that were written for Virt know it.

local here, disks = ...
local link = here.link
local keycombo = here.need("keycombo").bytes

--- Bytes of output that are kept for who does not ask for them.
local most = 1048576

local on = { running = true, paused = true, starting = true }

local Machine = {}
Machine.__index = Machine

--- Has the machine start, or go on where it was suspended, or run on.
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
		starting = true,
		output = {},
		heard = 0,
		typed = {},
		received = {},
	}, Machine)
	disks.later(name, function(machine, done)
		self.machine = machine
		self.command = ("vm start %s"):format(machine)
		if self.killed then return done() end
		self.close = link.hear(machine, function(text) self:hear(text) end)
		link.own({ machine })
		self:start(done)
	end)
	return self
end

function Machine:start(done)
	local function started(_, problem)
		self.starting = false
		self.failed = problem
		for _, bytes in ipairs(self.typed) do self:send(bytes) end
		self.typed = {}
		done()
	end
	local known = link.machines[self.machine]
	if known and known.state == "running" then return started() end
	if known and known.state == "paused" then return disks.call("machine.resume", { name = self.machine }, started) end
	local function start(_, problem)
		if problem then return started(nil, problem) end
		disks.call("machine.start", { name = self.machine }, started)
	end
	if known and known.state == "suspended" then return start() end
	disks.furnish(self.name, self.machine, self.info, start)
end

function Machine:hear(text)
	self.output[#self.output + 1] = text
	self.heard = self.heard + #text
	while self.heard > most do self.heard = self.heard - #table.remove(self.output, 1) end
end

--- All that the console has said since this was asked last; "" where that is nothing.
function Machine:get_output()
	local text = table.concat(self.output)
	self.output, self.heard = {}, 0
	return text
end

function Machine:send(bytes)
	local taken, problem = link.type(self.machine, bytes)
	if not taken then minetest.log("warning", ("[vivarium] %s: %s"):format(self.name, problem.message)) end
end

--- Types at the console; "\n" is enter. What comes before the machine is up is typed when it is.
function Machine:send_input(text)
	if self.starting then
		self.typed[#self.typed + 1] = text
	else
		self:send(text)
	end
end

--- Types keys that are pressed together, or by their names: "ctrl-C", "tab", "0x1b".
function Machine:send_keycombo(keys)
	self:send_input(keycombo(keys))
end

--- Whether it does not run any more.
function Machine:dead()
	if self.killed or self.failed then return true end
	if self.starting then return link.state == "refused" end
	local known = link.machines[self.machine]
	return not (known and on[known.state])
end

--- Does something when all that was asked for before is done.
function Machine:later(operation, parameters, done)
	disks.later(self.name, function(machine, ended)
		local all = { name = machine }
		for key, value in pairs(parameters or {}) do all[key] = value end
		disks.call(operation, all, function(result, problem)
			if done then done(result, problem) end
			ended()
		end)
	end)
end

--- Ends it at once. It is no longer one of virt.machines; its disk stays.
function Machine:kill()
	if self.killed then return end
	self.killed = true
	if virt.machines[self.name] == self then virt.machines[self.name] = nil end
	if self.close then self.close() end
	self:later("machine.stop", { now = true })
end

--- @return this one while it runs; else one with the same info that does
function Machine:revive()
	if not self:dead() then return self end
	if virt.machines[self.name] == self then virt.machines[self.name] = nil end
	if self.close then self.close() end
	return (virt.QemuVirtMachine(self.name, self.info))
end

--- Presses the power button; a guest that does not heed it is switched off after a while.
function Machine:powerdown() self:later("machine.stop") end
function Machine:pause() self:later("machine.pause") end
function Machine:resume() self:later("machine.resume") end

local function requireQmp()
	if not virt.qmp_enabled then
		error("virt: QMP is off: it needs vivarium.qmp = true and a token of scope admin", 3)
	end
end

--- Sends a command as QMP has it: {execute = …, arguments = …}. What it answers is there for receive_from_qmp later.
function Machine:send_qmp_command(command)
	requireQmp()
	self:later("machine.qmp", { command = command.execute, arguments = command.arguments }, function(result, problem)
		local answer = problem and { error = { class = "GenericError", desc = problem.message } }
			or { ["return"] = result or {} }
		answer.id = command.id
		table.insert(self.received, answer)
	end)
end

--- The oldest answer that was not taken yet; nil where there is none.
function Machine:receive_from_qmp()
	requireQmp()
	return table.remove(self.received, 1)
end

--- Sends a command, and gives the oldest answer that is there: nothing here waits, so it is that of an earlier command.
function Machine:send_qmp_and_receive_laggy_consider_not_using(command)
	requireQmp()
	self:send_qmp_command(command)
	return self:receive_from_qmp() or {}
end

function Machine:send_human_monitor_command(line, cpu)
	requireQmp()
	self:send_qmp_command({
		execute = "human-monitor-command",
		arguments = { ["command-line"] = line, ["cpu-index"] = cpu },
	})
end

return Machine
