-- How many computers a player may have, and how many of them may be on.

local quotas = {}

--- @param computers those of the player
-- @return true; or false and {have, most}
function quotas.may_place(computers, most)
	if #computers < most then return true end
	return false, { have = #computers, most = most }
end

--- @param id of the computer that is to be switched on
-- @param counts(computer) whether it is on, or as good as on
-- @return true; or false and {have, most, on = the numbers of those that are}
function quotas.may_run(computers, id, most, counts)
	local on = {}
	for _, computer in ipairs(computers) do
		if computer.id ~= id and counts(computer) then on[#on + 1] = computer.id end
	end
	if #on < most then return true end
	return false, { have = #on, most = most, on = on }
end

return quotas
