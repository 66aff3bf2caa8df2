-- Names of machines, as vmd takes them: letters, digits and ._+-, 63 at most.

local names = {}

--- A few letters that tell apart what would be called the same otherwise.
local function mark(text)
	local sum = 7
	for index = 1, #text do sum = (sum * 31 + text:byte(index)) % 16777213 end
	return ("%06x"):format(sum)
end

--- A text as part of a name: itself where it can be, else as close to it as may be, and marked.
-- @param room bytes that it may take
function names.safe(text, room)
	local safe = text:gsub("[^A-Za-z0-9._+-]", "-")
	if safe == text and #text <= room and text ~= "" then return text end
	return safe:sub(1, room - 7) .. "-" .. mark(text)
end

--- The machine that another mod knows under a name of its own (see virt.lua).
function names.of_mod(prefix, name)
	local start = prefix .. "mod-"
	return start .. names.safe(name, 63 - #start)
end

--- The machine of a computer that a player placed.
-- @param number the computer's; no two of a world have the same
-- @param try from 1 on: another name, where the one before is that of a machine that this world knows nothing of
function names.of_computer(prefix, player, number, try)
	local start, tail = prefix .. "pc-", "-" .. number
	if try and try > 1 then tail = tail .. "-" .. try end
	return start .. names.safe(player:lower(), 63 - #start - #tail) .. tail
end

return names
