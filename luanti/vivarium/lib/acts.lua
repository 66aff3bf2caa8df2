-- What is to be sent to vmd, in order, in portions that it takes at once.

local need = ...
local hex = need("hex")

--- Bytes that are typed in one portion, and acts.
local mostBytes, mostActs = 16384, 200

--- Bytes that may wait to be typed at one machine: more than a hand types while vmd is away.
local mostWaiting = 65536

local Acts = {}
Acts.__index = Acts

function Acts.new()
	return setmetatable({ first = 1, last = 0, waiting = {} }, Acts)
end

function Acts:add(act)
	self.last = self.last + 1
	self[self.last] = act
end

--- @return whether there was room for the bytes; where there was not, none of them wait
function Acts:type(machine, bytes)
	local waiting = (self.waiting[machine] or 0) + #bytes
	if waiting > mostWaiting then return false end
	self.waiting[machine] = waiting
	for from = 1, #bytes, mostBytes do
		self:add({ act = "type", machine = machine, bytes = bytes:sub(from, from + mostBytes - 1) })
	end
	return true
end

function Acts:empty()
	return self.first > self.last
end

--- Takes away the next portion, as it is sent. Bytes for one machine that follow each other become one act.
function Acts:take()
	local taken, bytes = {}, 0
	while not self:empty() and #taken < mostActs do
		local act, before = self[self.first], taken[#taken]
		if act.act == "type" then
			if bytes > 0 and bytes + #act.bytes > mostBytes then break end
			bytes = bytes + #act.bytes
			self.waiting[act.machine] = self.waiting[act.machine] - #act.bytes
			if self.waiting[act.machine] == 0 then self.waiting[act.machine] = nil end
			if before and before.act == "type" and before.machine == act.machine then
				before.hex = before.hex .. hex(act.bytes)
			else
				taken[#taken + 1] = { act = "type", machine = act.machine, hex = hex(act.bytes) }
			end
		else
			taken[#taken + 1] = act
		end
		self[self.first] = nil
		self.first = self.first + 1
	end
	return taken
end

return Acts
