-- Who may do what, as the game knows players, and why not in words.

local here = ...
local S = here.S
local permissions = here.need("permissions")
local quotas = here.need("quotas")
local store, settings = here.computer.store, here.settings

minetest.register_privilege("vm", {
	description = S("May place computers and power them on"),
	give_to_singleplayer = true,
	give_to_admin = true,
})
minetest.register_privilege("vm_admin", {
	description = S("May use and remove all computers, and make machines without a block"),
	give_to_singleplayer = false,
	give_to_admin = true,
})

local rights = {}

function rights.is_admin(name)
	return name ~= "" and minetest.check_player_privs(name, "vm_admin")
end

function rights.has_vm(name)
	return name ~= "" and (minetest.check_player_privs(name, "vm") or rights.is_admin(name))
end

local reasons = {
	["not-shared"] = function(computer)
		return S("This is the computer of @1. Ask for: /vm share @2 YOUR_NAME", computer.owner, computer.id)
	end,
	["look-only"] = function(computer)
		return S("You may look, and no more. Ask @1 for: /vm share @2 YOUR_NAME use", computer.owner, computer.id)
	end,
	["not-owner"] = function(computer)
		return S("Only @1 may do that, whose computer it is.", computer.owner)
	end,
}

--- @param deed as lib/permissions has them
-- @return true; or false and why not
function rights.may(name, deed, computer)
	local may, reason = permissions.may({ name = name, admin = rights.is_admin(name) }, deed, computer)
	if may then return true end
	return false, reasons[reason](computer)
end

function rights.may_place(name)
	if not rights.has_vm(name) then
		return false, S("To place a computer takes the privilege vm. Ask for: /grant @1 vm", name)
	end
	if rights.is_admin(name) then return true end
	local may, quota = quotas.may_place(store.register:of(name), settings.computers_per_player)
	if may then return true end
	return false, S("You have @1 computers, of @2 that you may have. See: /vm list", quota.have, quota.most)
end

--- Whether a computer may be powered on: that counts for its owner, whoever does it.
-- @param counts as lib/quotas has it
function rights.may_run(computer, counts)
	local owner = computer.owner
	if not rights.has_vm(owner) then
		return false, S("@1 has not the privilege vm, without which a computer stays off.", owner)
	end
	if rights.is_admin(owner) then return true end
	local may, quota = quotas.may_run(store.register:of(owner), computer.id, settings.running_per_player, counts)
	if may then return true end
	if quota.most == 0 then return false, S("No computers may be on here.") end
	return false, S("@1 of the computers of @2 may be on at once. Try: /vm stop @3", quota.most, owner, quota.on[1])
end

return rights
