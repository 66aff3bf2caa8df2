-- What is kept of computers: all in the mod's storage, and in each block which one it is.

local here = ...
local Register = here.need("register")

local storage = minetest.get_mod_storage()

local register = Register.new({
	all = function()
		local values = {}
		for key, text in pairs(storage:to_table().fields) do
			if key == "last" or key:match("^computer:") or key:match("^doomed:") then
				values[key] = minetest.deserialize(text, true)
			end
		end
		return values
	end,
	set = function(key, value)
		storage:set_string(key, value and minetest.serialize(value) or "")
	end,
})

local store = { register = register }

function store.is_block(node)
	return node ~= nil and minetest.get_item_group(node.name, "vivarium_computer") > 0
end

--- Writes into the block which computer it is, so that it is known again where the storage is older than the map.
local function mark(computer)
	local meta = minetest.get_meta(computer.pos)
	meta:set_int("computer", computer.id)
	meta:set_string("owner", computer.owner)
	meta:set_string("machine", computer.machine or "")
	meta:mark_as_private({ "computer", "machine" })
end

local function marked(pos)
	local meta = minetest.get_meta(pos)
	local machine = meta:get_string("machine")
	return meta:get_int("computer"), meta:get_string("owner"), machine ~= "" and machine or nil
end

--- Changes a computer in a function that is given it; the block follows where it is loaded.
function store.change(computer, change)
	if register:change(computer, change) and store.is_there(computer) then mark(computer) end
end

--- A block was placed by somebody. @return its computer
function store.add(pos, owner)
	local computer = register:add(owner, pos)
	mark(computer)
	return computer
end

--- Whether a computer's block is where it was; nil where nobody knows, as the area is not loaded.
function store.is_there(computer)
	local node = minetest.get_node_or_nil(computer.pos)
	if not node then return nil end
	return store.is_block(node) and marked(computer.pos) == computer.id
end

--- A block that says of itself that it is a computer which the storage does not have: the storage is older.
local function adopt(pos, owner, machine)
	local computer = register:add(owner, pos)
	if machine and not register:with_machine(machine) and not register.doomed[machine] then
		register:change(computer, function()
			computer.machine, computer.made = machine, true
		end)
	end
	mark(computer)
	minetest.log("action", ("[vivarium] the computer of %s at %s was not known; it is number %d now")
		:format(owner, minetest.pos_to_string(pos), computer.id))
	return computer
end

--- The computer whose block is there, by what the block says of itself: nil where another's stands in its place.
function store.of_block(pos)
	local id, owner = marked(pos)
	local computer = register:get(id)
	if computer and computer.owner == owner and vector.equals(computer.pos, pos) then return computer end
	return nil
end

--- The computer of a block that is loaded. A block that was moved by other means than digging keeps its computer; a
-- copy of one gets a computer of its own. nil where it is nobody's, as when another mod has set it.
function store.at(pos)
	local own = store.of_block(pos)
	if own then return own end
	local id, owner, machine = marked(pos)
	local placed = register:at(pos)
	if placed and owner == "" then
		mark(placed)
		return placed
	end
	local known = register:get(id)
	if known and known.owner == owner then
		minetest.load_area(known.pos)
		if not store.is_there(known) then
			register:change(known, function()
				known.pos = { x = pos.x, y = pos.y, z = pos.z }
			end)
			return known
		end
		return adopt(pos, owner)
	end
	if owner == "" then return nil end
	return adopt(pos, owner, machine)
end

return store
