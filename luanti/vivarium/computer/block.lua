-- How the block shows how its computer is.

local here = ...
local S = here.S
local condition = here.need("condition")
local words, store, power = here.computer.words, here.computer.store, here.computer.power

local block = {
	names = { off = "vivarium:computer", loading = "vivarium:computer_loading", on = "vivarium:computer_on" },
}

local looks = table.key_value_swap(block.names)

local watchers = {}

--- Is told of a block that shows something else now: watcher(pos, look, before), each "on", "loading" or "off".
function block.watch(watcher)
	watchers[#watchers + 1] = watcher
end

local function about(computer)
	local state, sentence = power.state(computer)
	local lines = { S("Computer @1 of @2", computer.id, computer.owner) }
	if computer.image then lines[1] = S("Computer @1 of @2: @3", computer.id, computer.owner, computer.image) end
	lines[2] = words.state(state)
	-- What is being done tells its seconds, and is told but when it begins.
	if sentence ~= "" and not power.is_busy(computer) then lines[3] = sentence end
	return table.concat(lines, "\n"), condition.block(state)
end

--- Does nothing where the area is not loaded: it is shown when that is.
function block.show(computer)
	if not store.is_there(computer) then return end
	local node = minetest.get_node(computer.pos)
	local text, look = about(computer)
	local meta = minetest.get_meta(computer.pos)
	if meta:get_string("infotext") ~= text then meta:set_string("infotext", text) end
	if not look or node.name == block.names[look] then return end
	minetest.swap_node(computer.pos, { name = block.names[look], param2 = node.param2 })
	for _, watcher in ipairs(watchers) do watcher(computer.pos, look, looks[node.name]) end
end

power.watch(block.show)

return block
