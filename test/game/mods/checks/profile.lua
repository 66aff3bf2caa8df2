--- How long the code of the mod `vivarium` works in each step of the server: all that the game calls of it is wrapped.
--- Measured is the server's time on a CPU, so that what else runs on the host does not count; that of the threads
--- beside the one that runs mods does, as far as they work meanwhile.
local check = ...
local watched = "vivarium"
local clock = os.clock

local depth, spent = 0, 0
--- Seconds, by step, since it was last asked.
local steps = {}

local function ended(began, ...)
	depth = depth - 1
	if depth == 0 then
		spent = spent + clock() - began
	end
	return ...
end

local function timed(run)
	return function(...)
		depth = depth + 1
		return ended(clock(), run(...))
	end
end

local function wrap_callbacks(list)
	for index, run in ipairs(list) do
		local origin = type(run) == "function" and minetest.callback_origins[run]
		if origin and origin.mod == watched then
			list[index] = timed(run)
			minetest.callback_origins[list[index]] = origin
		end
	end
end

local function wrap_members(definition)
	for key, value in pairs(definition) do
		if type(value) == "function" then
			definition[key] = timed(value)
		end
	end
end

minetest.register_on_mods_loaded(function()
	for name, list in pairs(minetest) do
		if type(list) == "table" and type(name) == "string" and name:find("^registered_") then
			wrap_callbacks(list)
		end
	end
	for name, definition in pairs(minetest.registered_items) do
		if name:sub(1, #watched + 1) == watched .. ":" then
			wrap_members(definition)
		end
	end
	for _, command in pairs(minetest.registered_chatcommands) do
		if command.mod_origin == watched then
			wrap_members(command)
		end
	end
	for _, kind in ipairs({ "registered_abms", "registered_lbms" }) do
		for _, definition in ipairs(minetest[kind]) do
			if definition.mod_origin == watched then
				wrap_members(definition)
			end
		end
	end
end)

-- Answers of the HTTP API come by way of this, too.
local plain_after = minetest.after
function minetest.after(delay, run, ...)
	if minetest.get_last_run_mod() == watched then
		run = timed(run)
	end
	return plain_after(delay, run, ...)
end

-- The first of a step's callbacks is that which was registered first: what is spent until then is the step before's.
table.insert(minetest.registered_globalsteps, 1, function()
	steps[#steps + 1] = spent
	spent = 0
end)
minetest.callback_origins[minetest.registered_globalsteps[1]] = { mod = "checks", name = "profile" }

--- @return how many steps, and the spread in milliseconds of what they took since this was asked last
check("profile", function()
	local sorted = steps
	steps = {}
	table.sort(sorted)
	local function quantile(part)
		return (sorted[math.max(1, math.ceil(#sorted * part))] or 0) * 1000
	end
	return { steps = #sorted, p50 = quantile(0.5), p99 = quantile(0.99), max = quantile(1) }
end)
