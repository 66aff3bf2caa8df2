-- Who may do what with a computer.
-- A computer is {owner = player, shared = {[player or "*"] = "look" or "use"}}; who is {name, admin = boolean}.

local permissions = {
	--- Players with whom a computer may be shared.
	most = 50,
}

--- What each deed takes: to be let look, to be let use it, or to be its owner.
local needed = { look = "look", copy = "look", type = "use", power = "use", dig = "own", share = "own", wire = "own" }

local rank = { look = 1, use = 2, own = 3 }

--- What somebody is to a computer: "own", "use", "look", or nil.
function permissions.of(who, computer)
	if who.name == "" then return nil end -- machines of other mods that dig and place have no name
	if who.admin or who.name == computer.owner then return "own" end
	local shared = computer.shared or {}
	local mine, everybody = shared[who.name], shared["*"]
	if mine == "use" or everybody == "use" then return "use" end
	return mine or everybody
end

--- @param deed look, copy, type, power, dig, share or wire
-- @return true; or false and why not: "not-shared", "look-only" or "not-owner"
function permissions.may(who, deed, computer)
	local has = permissions.of(who, computer)
	if rank[has] and rank[has] >= rank[needed[deed]] then return true end
	if not has then return false, "not-shared" end
	return false, needed[deed] == "own" and "not-owner" or "look-only"
end

--- Lets a player look or use, or takes that back.
-- @param level "look", "use", or nil
-- @return what is shared then, a table of its own; nil where that were too many
function permissions.shared_with(shared, player, level)
	local after = {}
	local count = 0
	for name, what in pairs(shared or {}) do after[name] = what end
	after[player] = level
	for _ in pairs(after) do count = count + 1 end
	if level and count > permissions.most then return nil end
	return after
end

return permissions
