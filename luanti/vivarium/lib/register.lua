-- The computers of a world, as they are kept. Of each:
-- {id, owner, pos = {x, y, z}, shared, image, machine = its name or nil, made = boolean, on = boolean, channel}
-- `on` is what its players want; how its machine is, vmd knows.

local Register = {}
Register.__index = Register

local function place(pos)
	return ("%d,%d,%d"):format(pos.x, pos.y, pos.z)
end

--- @param backing all() → {[key] = value}, set(key, value or nil); values are tables, kept as they are when set
function Register.new(backing)
	local self = setmetatable({ backing = backing, last = 0, doomed = {} }, Register)
	self.computers, self.places, self.machines, self.owners = {}, {}, {}, {}
	for key, value in pairs(backing.all()) do
		if key == "last" then
			self.last = math.max(self.last, value.id)
		elseif key:match("^computer:") then
			self:enter(value, value.id)
			self.last = math.max(self.last, value.id)
		elseif key:match("^doomed:") then
			self.doomed[value.machine] = true
		end
	end
	return self
end

--- @param claim where two have the same place, as one's block was replaced without a word: the greater claim has it
function Register:enter(computer, claim)
	self.computers[computer.id] = computer
	local holder = self.places[place(computer.pos)]
	if not holder or holder.id <= claim then self.places[place(computer.pos)] = computer end
	if computer.machine then self.machines[computer.machine] = computer end
	self.owners[computer.owner] = self.owners[computer.owner] or {}
	self.owners[computer.owner][computer.id] = computer
end

function Register:leave(computer)
	self.computers[computer.id] = nil
	if self.places[place(computer.pos)] == computer then self.places[place(computer.pos)] = nil end
	if computer.machine and self.machines[computer.machine] == computer then self.machines[computer.machine] = nil end
	local own = self.owners[computer.owner]
	own[computer.id] = nil
	if next(own) == nil then self.owners[computer.owner] = nil end
end

function Register:add(owner, pos)
	self.last = self.last + 1
	self.backing.set("last", { id = self.last })
	local computer = { id = self.last, owner = owner, pos = { x = pos.x, y = pos.y, z = pos.z }, shared = {}, on = false }
	self:enter(computer, computer.id)
	self.backing.set("computer:" .. computer.id, computer)
	return computer
end

--- Changes fields of a computer, in a function that is given it. One that was removed stays as it is.
-- @return whether it was changed
function Register:change(computer, change)
	if self.computers[computer.id] ~= computer then return false end
	local before = place(computer.pos)
	self:leave(computer)
	change(computer)
	self:enter(computer, place(computer.pos) == before and computer.id or math.huge)
	self.backing.set("computer:" .. computer.id, computer)
	return true
end

function Register:remove(computer)
	self:leave(computer)
	self.backing.set("computer:" .. computer.id, nil)
end

function Register:get(id)
	return self.computers[id]
end

function Register:at(pos)
	return self.places[place(pos)]
end

function Register:with_machine(name)
	return self.machines[name]
end

local function sorted(computers)
	local list = {}
	for _, computer in pairs(computers) do list[#list + 1] = computer end
	table.sort(list, function(a, b)
		return a.id < b.id
	end)
	return list
end

--- Those of a player, by number.
function Register:of(owner)
	return sorted(self.owners[owner] or {})
end

function Register:all()
	return sorted(self.computers)
end

--- Notes that a machine is to be removed, which may take until vmd is there again.
function Register:doom(machine)
	self.doomed[machine] = true
	self.backing.set("doomed:" .. machine, { machine = machine })
end

function Register:spare(machine)
	self.doomed[machine] = nil
	self.backing.set("doomed:" .. machine, nil)
end

--- How this world and what vmd has differ, as after one of them was restored from a backup.
-- @param machines names of the machines that there are
-- @param prefix what names of computers' machines begin with
-- @return {gone = computers whose machine is no more, strays = machines of no computer}
function Register:differences(machines, prefix)
	local there, found = {}, { gone = {}, strays = {} }
	for _, name in ipairs(machines) do
		there[name] = true
		if name:sub(1, #prefix) == prefix and not self.machines[name] and not self.doomed[name] then
			found.strays[#found.strays + 1] = name
		end
	end
	for _, computer in ipairs(self:all()) do
		if computer.machine and not there[computer.machine] then found.gone[#found.gone + 1] = computer end
	end
	table.sort(found.strays)
	return found
end

return Register
