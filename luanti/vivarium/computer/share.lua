-- Lets others look at a computer or use it.

local here = ...
local S = here.S
local permissions = here.need("permissions")
local store, power = here.computer.store, here.computer.power

local function exists(player)
	if player == "*" then return true end
	if not player:match("^[%w_-]+$") then return false end
	return minetest.get_player_by_name(player) ~= nil or minetest.player_exists(player)
end

--- Lets a player look or use, or takes that back. @param player "*" for everybody
-- @param level "look", "use", or nil
-- @return true; or nil and why not
return function(computer, player, level)
	if level and not exists(player) then return nil, S("There is no player @1.", player) end
	local shared = permissions.shared_with(computer.shared, player, level)
	if not shared then
		return nil, S("Computer @1 is shared with @2 players, and that is the most.", computer.id, permissions.most)
	end
	store.change(computer, function()
		computer.shared = shared
	end)
	power.tell(computer)
	return true
end
